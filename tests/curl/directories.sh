#!/bin/sh
# Documented calls about domains of Active Directory, their agents and their translation rules.
. "$(dirname "$0")/call.sh"
emmy=$(fresh emmy)
domains=/api/v2/activedirectories

call 200 'POST /api/systemusers' /api/systemusers "{\"username\":\"$emmy\",\"email\":\"$emmy@example.com\"}"
user=$(field _id)
call 200 'GET /api/v2/activedirectories' $domains/
call 201 'POST /api/v2/activedirectories' $domains/ "{\"domain\":\"DC=$(fresh rings);DC=example\"}"
domain=$(field id)
call 200 'GET /api/v2/activedirectories/{id}' "$domains/$domain"
call 200 'PATCH /api/v2/activedirectories/{id}' "$domains/$domain" \
  "{\"domain\":\"DC=$(fresh fields);DC=example\",\"use_case\":\"ADASAUTHORITY\",\"delegation_state\":\"ENABLED\"}"
call 201 'POST /api/v2/activedirectories/{activedirectory_id}/agents' "$domains/$domain/agents" '{"agent_type":"SYNC"}'
agent=$(field id)
call 200 'GET /api/v2/activedirectories/{activedirectory_id}/agents' "$domains/$domain/agents"
call 200 'GET /api/v2/activedirectories/{activedirectory_id}/agents/{agent_id}' "$domains/$domain/agents/$agent"
call 204 'DELETE /api/v2/activedirectories/{activedirectory_id}/agents/{agent_id}' "$domains/$domain/agents/$agent"
call 204 'POST /api/v2/activedirectories/{activedirectory_id}/associations' "$domains/$domain/associations" \
  "{\"op\":\"add\",\"type\":\"user\",\"id\":\"$user\"}"
call 200 'GET /api/v2/activedirectories/{activedirectory_id}/associations' "$domains/$domain/associations?targets=user"
call 200 'GET /api/v2/activedirectories/{activedirectory_id}/usergroups' "$domains/$domain/usergroups"
call 200 'GET /api/v2/activedirectories/{activedirectory_id}/users' "$domains/$domain/users"
call 200 'GET /api/v2/directories' /api/v2/directories
call 200 'GET /api/organizations' /api/organizations/
organization=$(field _id)
call 200 'GET /api/v2/directories' "/api/v2/directories?filter=organizationId:eq:$organization"
call 200 'GET /api/v2/directories' /api/v2/directories '' --header "x-org-id: $organization"

rules=$domains/$domain/translation-rules
call 200 'GET /api/v2/activedirectories/{activedirectory_id}/translation-rules' "$rules?limit=100&skip=0" '' \
  --header "x-org-id: $organization"
call 200 'POST /api/v2/activedirectories/{activedirectory_id}/translation-rules' "$rules" \
  "{\"organization_object_id\":\"$organization\",\"domain_object_id\":\"$domain\",\"translation_rule\":{\"source\":\"costCenter\",\"destination\":\"extensionAttribute1\",\"source_type\":\"PATH\",\"direction\":\"EXPORT\",\"applied_on\":[\"CREATE\",\"UPDATE\"]}}"
rule=$(field id)
call 200 'PUT /api/v2/activedirectories/{activedirectory_id}/translation-rules/{translation_rule_object_id}' "$rules/$rule" \
  "{\"organization_object_id\":\"$organization\",\"domain_object_id\":\"$domain\",\"translation_rule_object_id\":\"$rule\",\"translation_rule\":{\"source\":\"costCenter\",\"destination\":\"extensionAttribute2\",\"source_type\":\"PATH\",\"applied_on\":[\"UPDATE\"]}}"
call 200 'POST /api/v2/activedirectories/{activedirectory_id}/translation-rules' "$rules" \
  '{"source":"employeeType","destination":"extensionAttribute5","sourceType":"PATH","direction":"EXPORT"}'
spare=$(field id)
call 200 'POST /api/v2/activedirectories/{activedirectory_id}/translation-rules/bulk' "$rules/bulk" \
  "{\"insertTranslationRule\":[{\"source\":\"location\",\"destination\":\"extensionAttribute3\",\"sourceType\":\"PATH\",\"direction\":\"EXPORT\",\"appliedOn\":[\"CREATE\",\"UPDATE\"]}],\"updateTranslationRule\":[{\"objectId\":\"$rule\",\"source\":\"costCenter\",\"destination\":\"extensionAttribute4\",\"sourceType\":\"PATH\",\"appliedOn\":[\"UPDATE\"]}],\"deleteTranslationRuleObjectIds\":[\"$spare\"]}"
call 200 'POST /api/v2/activedirectories/translation-rules/preview' $domains/translation-rules/preview \
  "{\"userObjectId\":\"$user\",\"idmTranslationRules\":[{\"source\":\"department\",\"destination\":\"division\",\"sourceType\":\"PATH\",\"direction\":\"IMPORT\",\"appliedOn\":[\"CREATE\"]}]}"
call 200 'GET /api/v2/activedirectories/{provider_name}/translation-rules/recommendation' \
  "$domains/activedirectory/translation-rules/recommendation?limit=100&skip=0"
call 200 'DELETE /api/v2/activedirectories/{activedirectory_id}/translation-rules/{translation_rule_object_id}' "$rules/$rule"
call 200 'DELETE /api/v2/activedirectories/{id}' "$domains/$domain"
