#!/bin/sh
# Documented calls about the organization and its applications.
. "$(dirname "$0")/call.sh"
lise=$(fresh lise)

call 200 'GET /api/organizations' /api/organizations
organization=$(field _id)
call 200 'GET /api/organizations/{id}' "/api/organizations/$organization"
call 200 'PUT /api/organizations/{id}' "/api/organizations/$organization" \
  '{"settings":{"contactName":"Lise","contactEmail":"lise@example.com","systemUsersCanEdit":true,"passwordPolicy":{"enableMaxHistory":true,"maxHistory":3}}}'
call 200 'GET /api/v2/scope-groups' /api/v2/scope-groups
call 200 'GET /api/v2/scope-groups' '/api/v2/scope-groups?limit=10&skip=20'
call 200 'GET /api/v2/scope-groups' '/api/v2/scope-groups?sort[0][field]=groupName&sort[0][descending]=true'
call 200 'GET /api/v2/scope-groups' '/api/v2/scope-groups?filter=displayToUsers:eq:false'
call 200 'GET /api/v2/subscriptions' /api/v2/subscriptions
call 200 'GET /api/v2/feature-settings' \
  '/api/v2/feature-settings?filter=feature.name:eq:mcp&filter=setting.name:eq:enabled'
# The hub has no features of this kind.
call 404 'PUT /api/v2/feature-settings/{feature_name}/{setting_name}' /api/v2/feature-settings/mcp/enabled '{"value":"true"}'

call 200 'GET /api/applications' /api/applications
call 200 'POST /api/applications' /api/applications \
  "{\"name\":\"$lise\",\"displayName\":\"Notes\",\"ssoUrl\":\"https://notes.example\",\"config\":{}}"
application=$(field _id)
call 201 'POST /api/v2/usergroups' /api/v2/usergroups "{\"name\":\"$lise\"}"
group=$(field id)
call 204 'POST /api/v2/applications/{application_id}/associations' "/api/v2/applications/$application/associations" \
  "{\"op\":\"add\",\"type\":\"user_group\",\"id\":\"$group\"}"
call 200 'GET /api/v2/applications/{application_id}/associations' \
  "/api/v2/applications/$application/associations?targets=user_group"
call 200 'GET /api/v2/applications/{application_id}/usergroups' "/api/v2/applications/$application/usergroups"
call 200 'GET /api/v2/applications/{application_id}/users' "/api/v2/applications/$application/users"
call 501 'POST /api/v2/applications/{application_id}/logo' "/api/v2/applications/$application/logo"
call 404 'POST /api/v2/applications/{application_id}/import/jobs' "/api/v2/applications/$application/import/jobs" \
  '{"allowUserReactivation":true,"operations":["users.create"],"queryString":"location=Oslo"}'
