#!/bin/sh
# Documented calls about many users at once, now or later.
. "$(dirname "$0")/call.sh"
one=$(fresh one)
two=$(fresh two)

# The users of these jobs, one by one.
call 200 'POST /api/systemusers' /api/systemusers "{\"username\":\"$one\",\"email\":\"$one@example.com\"}"
first=$(field _id)
call 200 'POST /api/systemusers' /api/systemusers "{\"username\":\"$two\",\"email\":\"$two@example.com\"}"
second=$(field _id)
row=$(fresh row)
call 201 'POST /api/v2/bulk/users' /api/v2/bulk/users \
  "[{\"email\":\"$row@example.com\",\"firstname\":\"Row\",\"lastname\":\"First\",\"username\":\"$row\",\"attributes\":[{\"name\":\"badge\",\"value\":\"17\"},{\"name\":\"floor\",\"value\":\"2\"}]}]"
call 200 'GET /api/v2/bulk/users/{job_id}/results' "/api/v2/bulk/users/$(field jobId)/results"
call 201 'PATCH /api/v2/bulk/users' /api/v2/bulk/users \
  "[{\"id\":\"$first\",\"firstname\":\"One\",\"department\":\"Law\",\"attributes\":[{\"name\":\"badge\",\"value\":\"18\"}]},{\"id\":\"$second\",\"firstname\":\"Two\",\"costCenter\":\"9\",\"phoneNumbers\":[{\"type\":\"home\",\"number\":\"1\"},{\"type\":\"work\",\"number\":\"2\"}]}]"
call 200 'GET /api/v2/bulk/userstates' /api/v2/bulk/userstates
call 201 'POST /api/v2/bulk/userstates' /api/v2/bulk/userstates \
  "{\"user_ids\":[\"$first\",\"$second\"],\"state\":\"SUSPENDED\",\"start_date\":\"2999-01-01T00:00:00.000Z\"}"
call 204 'DELETE /api/v2/bulk/userstates/{id}' "/api/v2/bulk/userstates/$(field scheduledJobId)"
