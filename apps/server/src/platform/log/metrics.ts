import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

type Labels<Name extends string> = Readonly<Record<Name, string | number>>

export interface Declaration<Name extends string> {
  /** Prometheus style: `lockstep_writes_total`, `lockstep_request_seconds`. */
  readonly name: string
  readonly help: string
  readonly labels?: readonly Name[]
}

export interface CounterMetric<Name extends string> {
  add(labels: Labels<Name>, value?: number): void
}

export interface GaugeMetric<Name extends string> {
  set(labels: Labels<Name>, value: number): void
}

export interface HistogramMetric<Name extends string> {
  observe(labels: Labels<Name>, value: number): void
}

export interface Metrics {
  counter<Name extends string = never>(declaration: Declaration<Name>): CounterMetric<Name>
  /** With `read`, the value is asked for whenever somebody looks. */
  gauge<Name extends string = never>(
    declaration: Declaration<Name> & { readonly read?: () => number | Promise<number> },
  ): GaugeMetric<Name>
  histogram<Name extends string = never>(
    declaration: Declaration<Name> & { readonly buckets?: readonly number[] },
  ): HistogramMetric<Name>
  /** What `/metrics` answers. */
  print(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** Seconds, from a cached read to a stuck request. */
const durationBuckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A registry of its own, with the process's default metrics in it unless `isBare`. */
export function createMetrics({ isBare = false }: { readonly isBare?: boolean } = {}): Metrics {
  const registry = new Registry()
  if (!isBare) collectDefaultMetrics({ register: registry })
  const base = <Name extends string>({ name, help, labels = [] }: Declaration<Name>) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  })
  return {
    counter: (declaration) => {
      const counter = new Counter(base(declaration))
      return { add: (labels, value = 1) => counter.inc(labels, value) }
    },
    gauge: ({ read, ...declaration }) => {
      const collect = read && {
        async collect(this: Gauge<string>) {
          this.set(await read())
        },
      }
      const gauge = new Gauge({ ...base(declaration), ...collect })
      return { set: (labels, value) => gauge.set(labels, value) }
    },
    histogram: ({ buckets = durationBuckets, ...declaration }) => {
      const histogram = new Histogram({ ...base(declaration), buckets: [...buckets] })
      return { observe: (labels, value) => histogram.observe(labels, value) }
    },
    print: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
