import type { DirectoryDetail, DirectoryProblem } from '@lockstep/contract/hub/directory'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { Time } from '@lockstep/ui/time'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { hub } from '../../hub/hub.ts'
import type { FilteredSearch } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { ResolveProblem } from './resolve-problem.tsx'

type Search = FilteredSearch<'tab'>

const columnsOf = (directory: DirectoryDetail): readonly DataColumn<DirectoryProblem>[] => [
  { id: 'name', header: 'Object', width: 150, cell: (problem) => problem.name, copy: (problem) => problem.name },
  { id: 'detail', header: 'What is wrong', cell: (problem) => <span className="portal-wrap">{problem.detail}</span> },
  { id: 'remedy', header: 'What to do', cell: (problem) => <span className="portal-wrap">{problem.remedy}</span> },
  { id: 'subject', header: 'In the hub', cell: (problem) => <ProblemSubject problem={problem} /> },
  { id: 'since', header: 'Since', cell: (problem) => <Time at={problem.since} /> },
  {
    id: 'resolve',
    header: 'Decide',
    width: 96,
    cell: (problem) => <ResolveProblem directory={directory} problem={problem} />,
  },
]

/** Objects of the domain that are left out or in conflict, each with its remedy. */
export function DirectoryProblems({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const search: Search = useSearch({ from: '/shell/directories/$directoryId' })
  const navigate = useNavigate()
  const columns = useMemo(() => columnsOf(directory), [directory])
  return (
    <ListView<DirectoryProblem, Search>
      kind={`problems.${directory.id}`}
      what="problems"
      columns={columns}
      rowId={(problem) => `${problem.guid} ${problem.code}`}
      rowName={(problem) => problem.name}
      search={search}
      onSearch={(next) =>
        void navigate({
          to: '/directories/$directoryId',
          params: { directoryId: directory.id },
          search: { ...next, tab: 'problems' },
        })
      }
      fetchPage={(query, signal) => hub.directories.problems(directory.id, query, signal)}
      firstUse={<EmptyState title="No problems">Everything that is in scope was read.</EmptyState>}
    />
  )
}

function ProblemSubject({ problem }: { readonly problem: DirectoryProblem }): ReactElement | null {
  if (problem.userId !== undefined) {
    return (
      <Link to="/users/$userId" params={{ userId: problem.userId }}>
        Open the user
      </Link>
    )
  }
  if (problem.groupId === undefined) return null
  return (
    <Link to="/groups/$groupId" params={{ groupId: problem.groupId }}>
      Open the group
    </Link>
  )
}
