import type { GroupSearchService } from '../../directory/groups/group-search.service.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'

type Search = Parameters<UserSearchService['list']>[1]

/** A condition on attributes as the services take it. */
export type AttributeCondition = Search['where']

/** A single comparison. */
export type AttributeComparison = Extract<AttributeCondition, { readonly operator: string }>

/** What is compared. */
export type AttributeField = AttributeComparison['field']

/** How values compare. */
export type ValueType = AttributeComparison['as']

/** A place within a list. */
export type AttributePlace = NonNullable<Search['after']>

/** A group with its last change. */
export type FoundGroup = Awaited<ReturnType<GroupSearchService['get']>>
