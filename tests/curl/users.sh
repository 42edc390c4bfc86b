#!/bin/sh
# Documented calls about users.
. "$(dirname "$0")/call.sh"
ada=$(fresh ada)
lab=$(fresh lab)

call 200 'GET /api/systemusers' /api/systemusers
call 200 'POST /api/systemusers' /api/systemusers \
  "{\"username\":\"$ada\",\"email\":\"$ada@example.com\",\"firstname\":\"Ada\",\"lastname\":\"Byron\"}"
user=$(field _id)
call 200 'GET /api/systemusers/{id}' "/api/systemusers/$user"
call 200 'PUT /api/systemusers/{id}' "/api/systemusers/$user" \
  "{\"email\":\"$ada@home.example\",\"firstname\":\"Augusta\",\"lastname\":\"Lovelace\"}"
call 200 'POST /api/systemusers/{id}/state/activate' "/api/systemusers/$user/state/activate" '{"email":"ada@private.example"}'
call 200 'POST /api/systemusers/{id}/state/suspend' "/api/systemusers/$user/state/suspend"
call 200 'POST /api/systemusers/{id}/reactivate' "/api/systemusers/$user/reactivate" '{"email":"ada@private.example"}'
call 200 'POST /api/systemusers/{id}/mfa/enforce' "/api/systemusers/$user/mfa/enforce" \
  '{"enable_user_portal_multifactor":true,"mfa":{"configured":true,"exclusion":true,"exclusionUntil":"2999-01-01T00:00:00Z","exclusionDays":7}}'
call 200 'POST /api/systemusers/{id}/resetmfa' "/api/systemusers/$user/resetmfa" \
  '{"exclusion":true,"exclusionUntil":"2999-01-01T00:00:00Z"}'
call 200 'POST /api/systemusers/{id}/mfasync' "/api/systemusers/$user/mfasync"

call 201 'POST /api/v2/systemgroups' /api/v2/systemgroups "{\"name\":\"$lab\"}"
lab=$(field id)
call 204 'POST /api/v2/users/{user_id}/associations' "/api/v2/users/$user/associations" \
  "{\"attributes\":{\"sudo\":{\"enabled\":true,\"withoutPassword\":false}},\"op\":\"add\",\"type\":\"system_group\",\"id\":\"$lab\"}"
call 200 'GET /api/v2/users/{user_id}/associations' "/api/v2/users/$user/associations?targets=system_group"
call 200 'GET /api/v2/users/{user_id}/memberof' "/api/v2/users/$user/memberof"
for kind in activedirectories applications directories systemgroups systems; do
  call 200 "GET /api/v2/users/{user_id}/$kind" "/api/v2/users/$user/$kind"
done
# What the hub has nothing of is an empty list.
for kind in gsuites ldapservers office365s policies policygroups policystatuses pushendpoints radiusservers; do
  call 200 "GET /api/v2/users/{user_id}/$kind" "/api/v2/users/$user/$kind"
done
call 200 'DELETE /api/systemusers/{id}' "/api/systemusers/$user"
call 404 'GET /api/systemusers/{id}' "/api/systemusers/$user"
