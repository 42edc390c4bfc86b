#!/bin/sh
# Documented calls about other directories and ways to sign in, of which the hub has nothing.
# Lists are empty, single things are not found, changes are refused.
. "$(dirname "$0")/call.sh"

call 200 'GET /api/v2/gsuites/{gsuite_id}/associations' "/api/v2/gsuites/$missing/associations?targets=user_group"
call 501 'POST /api/v2/gsuites/{gsuite_id}/associations' "/api/v2/gsuites/$missing/associations" '{"op":"add","type":"user_group","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/gsuites/{gsuite_id}/translationrules' "/api/v2/gsuites/$missing/translationrules"
call 501 'POST /api/v2/gsuites/{gsuite_id}/translationrules' "/api/v2/gsuites/$missing/translationrules" '{}'
call 501 'DELETE /api/v2/gsuites/{gsuite_id}/translationrules/{id}' "/api/v2/gsuites/$missing/translationrules/$missing"
call 404 'GET /api/v2/gsuites/{gsuite_id}/translationrules/{id}' "/api/v2/gsuites/$missing/translationrules/$missing"
call 200 'GET /api/v2/gsuites/{gsuite_id}/usergroups' "/api/v2/gsuites/$missing/usergroups"
call 200 'GET /api/v2/gsuites/{gsuite_id}/users' "/api/v2/gsuites/$missing/users"
call 404 'GET /api/v2/gsuites/{id}' "/api/v2/gsuites/$missing"
call 501 'PATCH /api/v2/gsuites/{id}' "/api/v2/gsuites/$missing" '{"userLockoutAction":"sample","userPasswordExpirationAction":"sample"}'
call 501 'PATCH /api/v2/gsuites/{id}' "/api/v2/gsuites/$missing" '{"defaultDomain":{"id":"ffffffffffffffffffffffff"}}'
call 501 'PATCH /api/v2/gsuites/{id}' "/api/v2/gsuites/$missing" '{"defaultDomain":{}}'
call 200 'GET /api/v2/gsuites/{gsuite_id}/domains' "/api/v2/gsuites/$missing/domains"
call 501 'POST /api/v2/gsuites/{gsuite_id}/domains' "/api/v2/gsuites/$missing/domains" '{"domain":"sample"}'
call 501 'DELETE /api/v2/gsuites/{gsuite_id}/domains/{domainId}' "/api/v2/gsuites/$missing/domains/$missing"

call 404 'GET /api/v2/office365s/{office365_id}' "/api/v2/office365s/$missing"
call 501 'PATCH /api/v2/office365s/{office365_id}' "/api/v2/office365s/$missing" '{}'
call 501 'PATCH /api/v2/office365s/{office365_id}' "/api/v2/office365s/$missing" '{"defaultDomain":{"id":"ffffffffffffffffffffffff"}}'
call 501 'PATCH /api/v2/office365s/{office365_id}' "/api/v2/office365s/$missing" '{"defaultDomain":{}}'
call 200 'GET /api/v2/office365s/{office365_id}/associations' "/api/v2/office365s/$missing/associations?targets=user_group"
call 501 'POST /api/v2/office365s/{office365_id}/associations' "/api/v2/office365s/$missing/associations" '{"op":"add","type":"user_group","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/office365s/{office365_id}/translationrules' "/api/v2/office365s/$missing/translationrules"
call 501 'POST /api/v2/office365s/{office365_id}/translationrules' "/api/v2/office365s/$missing/translationrules" '{}'
call 501 'DELETE /api/v2/office365s/{office365_id}/translationrules/{id}' "/api/v2/office365s/$missing/translationrules/$missing"
call 404 'GET /api/v2/office365s/{office365_id}/translationrules/{id}' "/api/v2/office365s/$missing/translationrules/$missing"
call 200 'GET /api/v2/office365s/{office365_id}/usergroups' "/api/v2/office365s/$missing/usergroups"
call 200 'GET /api/v2/office365s/{office365_id}/users' "/api/v2/office365s/$missing/users"
call 200 'GET /api/v2/office365s/{office365_id}/domains' "/api/v2/office365s/$missing/domains"
call 501 'POST /api/v2/office365s/{office365_id}/domains' "/api/v2/office365s/$missing/domains" '{"domain":"sample"}'
call 501 'DELETE /api/v2/office365s/{office365_id}/domains/{domain_id}' "/api/v2/office365s/$missing/domains/$missing"

call 200 'GET /api/v2/ldapservers' /api/v2/ldapservers/
call 404 'GET /api/v2/ldapservers/{id}' "/api/v2/ldapservers/$missing"
call 501 'PATCH /api/v2/ldapservers/{id}' "/api/v2/ldapservers/$missing" '{"userLockoutAction":"sample","userPasswordExpirationAction":"sample"}'
call 200 'GET /api/v2/ldapservers/{ldapserver_id}/associations' "/api/v2/ldapservers/$missing/associations?targets=user_group"
call 501 'POST /api/v2/ldapservers/{ldapserver_id}/associations' "/api/v2/ldapservers/$missing/associations" '{"op":"add","type":"user","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/ldapservers/{ldapserver_id}/sambadomains' "/api/v2/ldapservers/$missing/sambadomains"
call 501 'POST /api/v2/ldapservers/{ldapserver_id}/sambadomains' "/api/v2/ldapservers/$missing/sambadomains" '{"sid":"ffffffffffffffffffffffff","name":"Sample"}'
call 501 'DELETE /api/v2/ldapservers/{ldapserver_id}/sambadomains/{id}' "/api/v2/ldapservers/$missing/sambadomains/$missing"
call 404 'GET /api/v2/ldapservers/{ldapserver_id}/sambadomains/{id}' "/api/v2/ldapservers/$missing/sambadomains/$missing"
call 501 'PUT /api/v2/ldapservers/{ldapserver_id}/sambadomains/{id}' "/api/v2/ldapservers/$missing/sambadomains/$missing" '{"sid":"ffffffffffffffffffffffff","name":"Sample"}'
call 200 'GET /api/v2/ldapservers/{ldapserver_id}/usergroups' "/api/v2/ldapservers/$missing/usergroups"
call 200 'GET /api/v2/ldapservers/{ldapserver_id}/users' "/api/v2/ldapservers/$missing/users"

call 200 'GET /api/radiusservers' /api/radiusservers/
call 501 'POST /api/radiusservers' /api/radiusservers/ '{"name":"Sample","networkSourceIp":"sample","sharedSecret":"sample","userLockoutAction":"sample","userPasswordExpirationAction":"sample"}'
call 404 'GET /api/radiusservers/{id}' "/api/radiusservers/$missing"
call 501 'PUT /api/radiusservers/{id}' "/api/radiusservers/$missing" '{"name":"Sample","networkSourceIp":"sample","sharedSecret":"sample","userLockoutAction":"sample","userPasswordExpirationAction":"sample"}'
call 501 'DELETE /api/radiusservers/{id}' "/api/radiusservers/$missing"

call 200 'GET /api/v2/radiusservers/{radiusserver_id}/associations' "/api/v2/radiusservers/$missing/associations?targets=user_group"
call 501 'POST /api/v2/radiusservers/{radiusserver_id}/associations' "/api/v2/radiusservers/$missing/associations" '{"type":"user","id":"ffffffffffffffffffffffff","op":"add"}'
call 200 'GET /api/v2/radiusservers/{radiusserver_id}/usergroups' "/api/v2/radiusservers/$missing/usergroups"
call 200 'GET /api/v2/radiusservers/{radiusserver_id}/systemgroups' "/api/v2/radiusservers/$missing/systemgroups"
call 200 'GET /api/v2/radiusservers/{radiusserver_id}/users' "/api/v2/radiusservers/$missing/users"

call 200 'GET /api/v2/workdays' /api/v2/workdays/
call 501 'POST /api/v2/workdays' /api/v2/workdays/ '{"name":"Sample","reportUrl":"sample","auth":{"basic":{"username":"ada","password":"sample"}}}'
call 404 'GET /api/v2/workdays/{id}' "/api/v2/workdays/$missing/"
call 501 'PUT /api/v2/workdays/{id}' "/api/v2/workdays/$missing" '{"reportUrl":"sample","name":"Sample"}'
call 200 'GET /api/v2/workdays/{id}/import/{job_id}/results' "/api/v2/workdays/$missing/import/$missing/results"
call 501 'DELETE /api/v2/workdays/{workday_id}/auth' "/api/v2/workdays/$missing/auth"
call 501 'POST /api/v2/workdays/{workday_id}/auth' "/api/v2/workdays/$missing/auth" '{"auth":{"basic":{"username":"ada","password":"sample"}}}'
call 501 'POST /api/v2/workdays/{workday_id}/import' "/api/v2/workdays/$missing/import" '[{"email":"ada@example.com","firstname":"sample","lastname":"sample","username":"ada","attributes":[{"name":"Sample","value":"sample"},{"name":"Sample","value":"sample"}]}]'
call 200 'GET /api/v2/workdays/{workday_id}/workers' "/api/v2/workdays/$missing/workers"

call 200 'GET /api/v2/identity-provider/policies/{idp_routing_policy_id}/associations' "/api/v2/identity-provider/policies/$missing/associations?targets=user_group"
call 501 'POST /api/v2/identity-provider/policies/{idp_routing_policy_id}/associations' "/api/v2/identity-provider/policies/$missing/associations?targets=user" '{"type":"user","id":"ffffffffffffffffffffffff","op":"add"}'
call 200 'GET /api/v2/identity-provider/policies/{idp_routing_policy_id}/associations/usergroups' "/api/v2/identity-provider/policies/$missing/associations/usergroups"
call 200 'GET /api/v2/identity-provider/policies/{idp_routing_policy_id}/associations/users' "/api/v2/identity-provider/policies/$missing/associations/users"

call 200 'GET /api/v2/duo/accounts' /api/v2/duo/accounts
call 501 'POST /api/v2/duo/accounts' /api/v2/duo/accounts '{}'
call 200 'GET /api/v2/duo/accounts/{account_id}/applications' "/api/v2/duo/accounts/$missing/applications"
call 501 'POST /api/v2/duo/accounts/{account_id}/applications' "/api/v2/duo/accounts/$missing/applications" '{"name":"Sample","apiHost":"sample","integrationKey":"sample","secretKey":"sample"}'
call 501 'DELETE /api/v2/duo/accounts/{account_id}/applications/{application_id}' "/api/v2/duo/accounts/$missing/applications/$missing"
call 404 'GET /api/v2/duo/accounts/{account_id}/applications/{application_id}' "/api/v2/duo/accounts/$missing/applications/$missing"
call 501 'PUT /api/v2/duo/accounts/{account_id}/applications/{application_id}' "/api/v2/duo/accounts/$missing/applications/$missing" '{"name":"Sample","apiHost":"sample","integrationKey":"sample","secretKey":"sample"}'
call 501 'DELETE /api/v2/duo/accounts/{id}' "/api/v2/duo/accounts/$missing"
call 404 'GET /api/v2/duo/accounts/{id}' "/api/v2/duo/accounts/$missing"

call 501 'POST /api/v2/authn/policy-evaluations/summary' /api/v2/authn/policy-evaluations/summary '{"timeRange":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z"},"filters":{"resourceType":"sample"}}'
call 501 'POST /api/v2/authn/policy-evaluations/options' /api/v2/authn/policy-evaluations/options '{"timeRange":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z"}}'
call 501 'POST /api/v2/authn/policy-evaluations/details' /api/v2/authn/policy-evaluations/details '{"timeRange":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z"},"limit":1,"skip":1}'
call 200 'GET /api/v2/authn/policies' /api/v2/authn/policies
call 501 'POST /api/v2/authn/policies' /api/v2/authn/policies '{}'
call 404 'GET /api/v2/authn/policies/{id}' "/api/v2/authn/policies/$missing"
call 501 'DELETE /api/v2/authn/policies/{id}' "/api/v2/authn/policies/$missing"
call 501 'PATCH /api/v2/authn/policies/{id}' "/api/v2/authn/policies/$missing" '{"disabled":false}'

call 200 'GET /api/v2/iplists' /api/v2/iplists
call 501 'POST /api/v2/iplists' /api/v2/iplists '{"name":"Sample","ips":["sample","sample","sample"]}'
call 404 'GET /api/v2/iplists/{id}' "/api/v2/iplists/$missing"
call 501 'PATCH /api/v2/iplists/{id}' "/api/v2/iplists/$missing" '{"name":"Sample"}'
call 501 'PUT /api/v2/iplists/{id}' "/api/v2/iplists/$missing" '{"name":"Sample","ips":["sample"]}'
call 501 'DELETE /api/v2/iplists/{id}' "/api/v2/iplists/$missing"
