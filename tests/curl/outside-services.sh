#!/bin/sh
# Documented calls about services that the hub does not offer: providers, reports, monitoring, password managers.
# Lists are empty, single things are not found, changes are refused.
. "$(dirname "$0")/call.sh"

call 200 'GET /api/application-templates' /api/application-templates
call 404 'GET /api/application-templates/{id}' "/api/application-templates/$missing"

call 200 'GET /api/v2/providers/{provider_id}/activedirectories/{ad_id}/associations' "/api/v2/providers/$missing/activedirectories/$missing/associations"
call 501 'POST /api/v2/providers/{provider_id}/activedirectories/{ad_id}/associations' "/api/v2/providers/$missing/activedirectories/$missing/associations" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/providers/{provider_id}/g_suites/{gsuite_id}/associations' "/api/v2/providers/$missing/g_suites/$missing/associations"
call 501 'POST /api/v2/providers/{provider_id}/g_suites/{gsuite_id}/associations' "/api/v2/providers/$missing/g_suites/$missing/associations" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 501 'POST /api/v2/providers/{provider_id}/usergroups/{group_id}/associations' "/api/v2/providers/$missing/usergroups/$missing/associations" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 501 'POST /api/v2/providers/{provider_id}/systemgroups/{group_id}/associations' "/api/v2/providers/$missing/systemgroups/$missing/associations" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 501 'POST /api/v2/providers/{provider_id}/policygroups/{group_id}/associations' "/api/v2/providers/$missing/policygroups/$missing/associations" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/providers/{provider_id}/activedirectories' "/api/v2/providers/$missing/activedirectories"
call 200 'GET /api/v2/providers/{provider_id}/g_suites' "/api/v2/providers/$missing/g_suites"
call 501 'POST /api/v2/providers/{provider_id}/applications/{id}/associations' "/api/v2/providers/$missing/applications/$missing/associations" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 501 'POST /api/v2/providers/{provider_id}/directoryinsights/events' "/api/v2/providers/$missing/directoryinsights/events" '{"service":["sample"],"start_time":"2026-01-01T00:00:00Z","exclude_provider_activity":true}'
call 501 'POST /api/v2/providers/{provider_id}/directoryinsights/events/distinct' "/api/v2/providers/$missing/directoryinsights/events/distinct" '{"service":["sample"],"start_time":"2026-01-01T00:00:00Z","field":"sample","exclude_provider_activity":true}'
call 501 'POST /api/v2/providers/{provider_id}/directoryinsights/events/count' "/api/v2/providers/$missing/directoryinsights/events/count" '{"service":["sample"],"start_time":"2026-01-01T00:00:00Z","exclude_provider_activity":true}'
call 501 'POST /api/v2/providers/{provider_id}/directoryinsights/events/interval' "/api/v2/providers/$missing/directoryinsights/events/interval" '{"service":["sample"],"start_time":"2026-01-01T00:00:00Z","interval_unit":"d","exclude_provider_activity":true}'

call 200 'GET /api/v2/reports/custom' /api/v2/reports/custom
call 501 'POST /api/v2/reports/custom' /api/v2/reports/custom '{}'
call 404 'GET /api/v2/reports/custom/{objectId}' "/api/v2/reports/custom/$missing"
call 501 'PUT /api/v2/reports/custom/{objectId}' "/api/v2/reports/custom/$missing" '{}'
call 501 'DELETE /api/v2/reports/custom/{objectId}' "/api/v2/reports/custom/$missing"
call 200 'GET /api/v2/reports/jumpcloud' /api/v2/reports/jumpcloud
call 404 'GET /api/v2/reports/jumpcloud/{objectId}' "/api/v2/reports/jumpcloud/$missing"
call 501 'POST /api/v2/reports/export' /api/v2/reports/export
call 200 'GET /api/v2/reports/scheduled' /api/v2/reports/scheduled
call 501 'POST /api/v2/reports/scheduled' /api/v2/reports/scheduled '{}'
call 404 'GET /api/v2/reports/scheduled/{objectId}' "/api/v2/reports/scheduled/$missing"
call 501 'PUT /api/v2/reports/scheduled/{objectId}' "/api/v2/reports/scheduled/$missing" '{}'
call 501 'DELETE /api/v2/reports/scheduled/{objectId}' "/api/v2/reports/scheduled/$missing"
call 200 'GET /api/v2/reports/scheduled/{objectId}/runs' "/api/v2/reports/scheduled/$missing/runs"
call 501 'POST /api/v2/reports/scheduled/{objectId}/trigger' "/api/v2/reports/scheduled/$missing/trigger"
call 200 'GET /api/v2/reports/scheduled/runs' /api/v2/reports/scheduled/runs
call 501 'POST /api/v2/reports/scheduled/runs' /api/v2/reports/scheduled/runs '{}'
call 404 'GET /api/v2/reports/scheduled/runs/{objectId}' "/api/v2/reports/scheduled/runs/$missing"

call 200 'GET /api/v2/saved-views' /api/v2/saved-views
call 501 'POST /api/v2/saved-views' /api/v2/saved-views

call 200 'GET /api/v2/healthmonitoring/rules/{rule_id}/associations' "/api/v2/healthmonitoring/rules/$missing/associations?targets=system_group"
call 501 'POST /api/v2/healthmonitoring/rules/{rule_id}/associations' "/api/v2/healthmonitoring/rules/$missing/associations/" '{"op":"add","type":"system_group","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/healthmonitoring/rules/{rule_id}/systemgroups' "/api/v2/healthmonitoring/rules/$missing/systemgroups"

call 501 'POST /api/v2/passwordmanageritems/{passwordmanageritem_id}/associations' "/api/v2/passwordmanageritems/$missing/associations?targets=user" '{"type":"user","id":"ffffffffffffffffffffffff","op":"add"}'
call 200 'GET /api/v2/passwordmanageritems/{passwordmanageritem_id}/associations' "/api/v2/passwordmanageritems/$missing/associations?targets=user_group"
call 200 'GET /api/v2/passwordmanageritems/{passwordmanageritem_id}/users' "/api/v2/passwordmanageritems/$missing/users"
call 200 'GET /api/v2/passwordmanageritems/{passwordmanageritem_id}/usergroups' "/api/v2/passwordmanageritems/$missing/usergroups"

call 200 'GET /api/v2/object-storage/items' /api/v2/object-storage/items

call 404 'GET /api/v2/featureTrials/{feature_code}' "/api/v2/featureTrials/$missing"
