import type { ReactElement } from 'react'

export interface PlanTile {
  readonly kind: string
  readonly label: string
  readonly count: number
  readonly severe: boolean
}

interface PlanTilesProps {
  readonly tiles: readonly PlanTile[]
  readonly chosen: string | undefined
  readonly onChoose: (kind: string | undefined) => void
}

/** The counts of a plan by kind; pressing one shows only its items, pressing it again shows all. */
export function PlanTiles({ tiles, chosen, onChoose }: PlanTilesProps): ReactElement {
  return (
    <div className="ls-tiles" role="group" aria-label="Filter the items by kind">
      {tiles.map((tile) => (
        <button
          key={tile.kind}
          type="button"
          className={`ls-tile ${tile.severe ? 'ls-tile-severe' : ''}`}
          aria-pressed={chosen === tile.kind}
          onClick={() => onChoose(chosen === tile.kind ? undefined : tile.kind)}
        >
          <span className="ls-tile-count">{tile.count.toLocaleString('en')}</span>
          <span>{tile.label}</span>
        </button>
      ))}
    </div>
  )
}
