/** The one function of the YAML parser that is used here; the package brings no types. */
declare module 'js-yaml' {
  export function load(text: string): unknown
}
