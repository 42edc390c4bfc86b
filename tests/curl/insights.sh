#!/bin/sh
# Documented calls of Directory Insights.
. "$(dirname "$0")/call.sh"
events=/insights/directory/v1/events
fields='["timestamp","event_type","initiated_by","success","client_ip","provider","organization"]'
range='"service":["all"],"start_time":"2021-07-14T23:00:00Z","end_time":"2999-01-01T00:00:00Z"'

call 200 'GET /api/organizations' /api/organizations
organization=$(field _id)
call 200 'POST /insights/directory/v1/events' $events '{"service":["all"],"start_time":"2020-03-03T14:00:00Z"}'
call 200 'POST /insights/directory/v1/events' $events '{"service":["all"],"start_time":"2020-03-03T14:00:00Z"}' \
  --header "x-org-id: $organization"
call 200 'POST /insights/directory/v1/events' $events "{$range,\"sort\":\"DESC\",\"fields\":$fields}"
call 200 'POST /insights/directory/v1/events/count' $events/count "{$range,\"sort\":\"DESC\",\"fields\":$fields}"
call 200 'POST /insights/directory/v1/events/distinct' $events/distinct "{$range,\"sort\":\"DESC\",\"field\":\"event_type\"}"
call 200 'POST /insights/directory/v1/events/interval' $events/interval \
  '{"service":["all"],"start_time":"2021-07-14T23:00:00Z","end_time":"2021-07-28T14:00:00Z","timezone":"-0500","interval_unit":"h","interval_value":"2"}'
