/** How long keys may live, in days as text. */
export const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: '3650', label: 'Ten years' },
]
