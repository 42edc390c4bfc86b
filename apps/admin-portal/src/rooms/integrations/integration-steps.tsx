import type { ReactElement } from 'react'

const steps = [
  ['client', 'Choose the client'],
  ['connect', 'Connect it'],
] as const

/** Where one stands while an integration is added. */
export function IntegrationSteps({ current }: { readonly current: (typeof steps)[number][0] }): ReactElement {
  const index = steps.findIndex(([step]) => step === current)
  return (
    <nav aria-label="Steps">
      <ol className="integration-progress">
        {steps.map(([step, title], each) => (
          <li key={step} {...(each === index ? { 'aria-current': 'step' as const } : {})}>
            <span className="integration-mark" aria-hidden>
              {each + 1}
            </span>
            {each === index ? <strong>{title}</strong> : title}
            {each < index && <span className="portal-hidden">done</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}
