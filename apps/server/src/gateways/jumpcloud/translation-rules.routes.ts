// Rules of v2 that say how fields of users and attributes of an Active Directory domain become each other.
import { AppError } from '@lockstep/contract/app-error'
import Type, { type Static } from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { builtInTranslations, type Translation, type TranslationInput } from '../../processes/ad/translation.rules.ts'
import type { TranslationService } from '../../processes/ad/translation.service.ts'
import { originOf } from './change-origin.ts'
import { ListParameters, parseListQuery, v2List } from './list-query.ts'
import { requireObjectId } from './object-id.ts'

const Text = Type.Optional(Type.Union([Type.String({ maxLength: 1024 }), Type.Null()]))
const Moments = Type.Optional(Type.Union([Type.Array(Type.String(), { maxItems: 10 }), Type.Null()]))
const ruleFields = { source: Text, destination: Text, sourceType: Text, source_type: Text, direction: Text }
const RuleFields = Type.Object({ ...ruleFields, appliedOn: Moments, applied_on: Moments })
/** JumpCloud's samples wrap the rule and spell its fields with underscores. */
const RuleBody = Type.Object({
  ...RuleFields.properties,
  translation_rule: Type.Optional(Type.Union([RuleFields, Type.Null()])),
})
type RuleBody = Static<typeof RuleBody>
const Rules = Type.Optional(Type.Array(RuleFields, { maxItems: 500 }))
const Ids = Type.Optional(Type.Array(Type.String(), { maxItems: 500 }))

const DomainPath = Type.Object({ activedirectory_id: Type.String() })
const RulePath = Type.Object({ activedirectory_id: Type.String(), rule_id: Type.String() })
const text = Type.String()
const Rule = Type.Object({
  id: text,
  appliedOn: Type.Array(text),
  default: Type.Boolean(),
  destination: text,
  direction: text,
  editable: Type.Boolean(),
  required: Type.Boolean(),
  source: text,
  sourceType: text,
})
const RuleList = Type.Object({ totalCount: Type.Integer(), rules: Type.Array(Rule) })
const reading = { scheme: 'administrator', permission: 'directories.read' } as const
const writing = { scheme: 'administrator', permission: 'directories.write' } as const
const base = '/api/v2/activedirectories/:activedirectory_id/translation-rules'

export function translationRuleRoutes(translations: TranslationService): readonly Route[] {
  return [...readingRoutes(translations), ...writingRoutes(translations), bulkRoute(translations)]
}

function render(rule: Translation & { readonly id?: string }): Static<typeof Rule> {
  const { id, appliedOn, destination, direction, source, sourceType } = rule
  const isBuiltIn = id === undefined
  return {
    id: id ?? '',
    appliedOn: [...appliedOn],
    default: isBuiltIn,
    destination,
    direction,
    editable: !isBuiltIn,
    required: isBuiltIn && /^(?:username|email|sAMAccountName|mail)$/.test(destination),
    source,
    sourceType,
  }
}

function inputOf(body: RuleBody): TranslationInput {
  const { translation_rule: wrapped, ...plain } = body
  const fields = wrapped ?? plain
  return {
    direction: fields.direction ?? undefined,
    sourceType: fields.sourceType ?? fields.source_type ?? undefined,
    source: fields.source ?? undefined,
    destination: fields.destination ?? undefined,
    appliedOn: fields.appliedOn ?? fields.applied_on ?? undefined,
  }
}

/** A rule's id, also as base64 of its bytes, as some clients send it. */
function ruleIdOf(id: string): string {
  if (/^[A-Za-z0-9+/_-]{16}$/.test(id)) return Buffer.from(id, 'base64url').toString('hex')
  return requireObjectId(id, 'translation_rule_object_id')
}

function readingRoutes(translations: TranslationService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: base,
      summary: 'List the translation rules of a domain: the hub’s own first, then those of administrators',
      access: reading,
      params: DomainPath,
      query: ListParameters,
      reply: { status: 200, schema: RuleList },
      async handle({ actor, params, query }) {
        const { limit, skip } = parseListQuery({ limit: query.limit, skip: query.skip }, 'v2')
        const own = await translations.list(actor, requireObjectId(params.activedirectory_id, 'activedirectory_id'))
        const rules = [...builtInTranslations, ...own].map(render)
        const { headers = {} } = v2List([], rules.length)
        return { headers, body: { totalCount: rules.length, rules: rules.slice(skip, skip + limit) } }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/recommendation`,
      summary: 'List the translation rules that the hub follows by itself',
      access: reading,
      params: DomainPath,
      query: ListParameters,
      reply: { status: 200, schema: RuleList },
      async handle({ query }) {
        const { limit, skip } = parseListQuery({ limit: query.limit, skip: query.skip }, 'v2')
        const rules = builtInTranslations.map(render)
        return { body: { totalCount: rules.length, rules: rules.slice(skip, skip + limit) } }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v2/activedirectories/translation-rules/preview',
      summary: 'Show what translation rules would make of a user',
      access: reading,
      body: Type.Object({
        translationRules: Rules,
        idmTranslationRules: Rules,
        userObjectId: Type.String(),
        activeDirectoryId: Text,
      }),
      reply: { status: 200, schema: Type.Object({ sourceUser: text, destinationUser: text }) },
      async handle({ actor, body }) {
        const rules = (body.translationRules ?? body.idmTranslationRules ?? []).map(inputOf)
        const userId = requireObjectId(body.userObjectId, 'userObjectId')
        const { source, destination } = await translations.preview(actor, userId, rules)
        return { body: { sourceUser: JSON.stringify(source), destinationUser: JSON.stringify(destination) } }
      },
    }),
  ]
}

function writingRoutes(translations: TranslationService): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: base,
      summary: 'Add a translation rule to a domain',
      access: writing,
      params: DomainPath,
      body: RuleBody,
      reply: { status: 200, schema: Type.Object({ translation_rule: Rule }) },
      async handle(request) {
        const id = requireObjectId(request.params.activedirectory_id, 'activedirectory_id')
        const changes = { inserts: [inputOf(request.body)], updates: [], removals: [] }
        const [rule] = await translations.apply(originOf(request), id, changes)
        return { body: rule === undefined ? {} : { translation_rule: render(rule) } }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${base}/:rule_id`,
      summary: 'Change what is named of a translation rule',
      access: writing,
      params: RulePath,
      body: RuleBody,
      reply: { status: 200, schema: Type.Object({ ...Rule.properties, object_id: text }) },
      async handle(request) {
        const directoryId = requireObjectId(request.params.activedirectory_id, 'activedirectory_id')
        const id = ruleIdOf(request.params.rule_id)
        const updates = [{ id, input: inputOf(request.body) }]
        await translations.apply(originOf(request), directoryId, { inserts: [], updates, removals: [] })
        const rule = (await translations.list(request.actor, directoryId)).find((one) => one.id === id)
        if (rule === undefined) throw new AppError('not_found', { field: 'translation_rule_object_id' })
        return { body: { ...render(rule), object_id: id } }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${base}/:rule_id`,
      summary: 'Remove a translation rule',
      access: writing,
      params: RulePath,
      reply: { status: 200, schema: Type.Boolean() },
      async handle(request) {
        const directoryId = requireObjectId(request.params.activedirectory_id, 'activedirectory_id')
        const removals = [ruleIdOf(request.params.rule_id)]
        await translations.apply(originOf(request), directoryId, { inserts: [], updates: [], removals })
        return { body: true }
      },
    }),
  ]
}

const Updates = Type.Optional(
  Type.Array(Type.Object({ ...RuleFields.properties, objectId: Type.String() }), { maxItems: 500 }),
)

function bulkRoute(translations: TranslationService): Route {
  return defineRoute({
    method: 'POST',
    path: `${base}/bulk`,
    summary: 'Add, change and remove translation rules of a domain together',
    access: writing,
    params: DomainPath,
    body: Type.Object({
      insertTranslationRules: Rules,
      insertTranslationRule: Rules,
      updateTranslationRules: Updates,
      // As the documented example has it.
      updateTranslationRule: Updates,
      deleteTranslationRuleObjectIds: Ids,
    }),
    reply: {
      status: 200,
      schema: Type.Object({
        insertedTranslationRules: Type.Array(Rule),
        deletedTranslationRuleObjectIds: Type.Array(text),
      }),
    },
    async handle(request) {
      const { body } = request
      const directoryId = requireObjectId(request.params.activedirectory_id, 'activedirectory_id')
      const removals = (body.deleteTranslationRuleObjectIds ?? []).map(ruleIdOf)
      const inserted = await translations.apply(originOf(request), directoryId, {
        inserts: (body.insertTranslationRules ?? body.insertTranslationRule ?? []).map(inputOf),
        updates: (body.updateTranslationRules ?? body.updateTranslationRule ?? []).map((rule) => ({
          id: ruleIdOf(rule.objectId),
          input: inputOf(rule),
        })),
        removals,
      })
      return {
        body: { insertedTranslationRules: inserted.map(render), deletedTranslationRuleObjectIds: removals },
      }
    },
  })
}
