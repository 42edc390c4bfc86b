#!/bin/sh
# Documented calls about what runs on devices, of which the hub has nothing: mobile devices, policies, software.
# Lists are empty, single things are not found, changes are refused.
. "$(dirname "$0")/call.sh"

call 200 'GET /api/v2/applemdms' /api/v2/applemdms
call 501 'DELETE /api/v2/applemdms/{id}' "/api/v2/applemdms/$missing"
call 501 'PUT /api/v2/applemdms/{id}' "/api/v2/applemdms/$missing" '{}'
call 404 'GET /api/v2/applemdms/{apple_mdm_id}/csr' "/api/v2/applemdms/$missing/csr"
call 404 'GET /api/v2/applemdms/{apple_mdm_id}/depkey' "/api/v2/applemdms/$missing/depkey"
call 200 'GET /api/v2/applemdms/{apple_mdm_id}/enrollmentprofiles' "/api/v2/applemdms/$missing/enrollmentprofiles"
call 404 'GET /api/v2/applemdms/{apple_mdm_id}/enrollmentprofiles/{id}' "/api/v2/applemdms/$missing/enrollmentprofiles/$missing"
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/refreshdepdevices' "/api/v2/applemdms/$missing/refreshdepdevices" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/erase' "/api/v2/applemdms/$missing/devices/$missing/erase" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/clearPasscode' "/api/v2/applemdms/$missing/devices/$missing/clearPasscode" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/lock' "/api/v2/applemdms/$missing/devices/$missing/lock" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/restart' "/api/v2/applemdms/$missing/devices/$missing/restart" '{"kextPaths":["sample","sample"]}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/shutdown' "/api/v2/applemdms/$missing/devices/$missing/shutdown" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/clearRestrictionsPassword' "/api/v2/applemdms/$missing/devices/$missing/clearRestrictionsPassword" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/clearActivationLock' "/api/v2/applemdms/$missing/devices/$missing/clearActivationLock" '{}'
call 200 'GET /api/v2/applemdms/{apple_mdm_id}/devices' "/api/v2/applemdms/$missing/devices" '{}'
call 404 'GET /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}' "/api/v2/applemdms/$missing/devices/$missing"
call 501 'DELETE /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}' "/api/v2/applemdms/$missing/devices/$missing"
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/refreshActivationLockInformation' "/api/v2/applemdms/$missing/devices/$missing/refreshActivationLockInformation" '{}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/scheduleOSUpdate' "/api/v2/applemdms/$missing/devices/$missing/scheduleOSUpdate" '{"install_action":"sample","product_key":"sample"}'
call 501 'POST /api/v2/applemdms/{apple_mdm_id}/devices/{device_id}/osUpdateStatus' "/api/v2/applemdms/$missing/devices/$missing/osUpdateStatus" '{}'
call 404 'GET /api/v2/applemdms/{deviceManagerObjectId}/abm_devices' "/api/v2/applemdms/$missing/abm_devices"

call 404 'GET /api/v2/google-emm/devices/{deviceId}' "/api/v2/google-emm/devices/$missing"
call 501 'POST /api/v2/google-emm/devices/{deviceId}/lock' "/api/v2/google-emm/devices/$missing/lock"
call 501 'POST /api/v2/google-emm/devices/{deviceId}/resetpassword' "/api/v2/google-emm/devices/$missing/resetpassword" '{"new_password":"sample"}'
call 200 'GET /api/v2/google-emm/enterprises' /api/v2/google-emm/enterprises
call 501 'POST /api/v2/google-emm/enterprises' /api/v2/google-emm/enterprises '{"signupUrlName":"sample","enrollmentToken":"sample"}'
call 501 'DELETE /api/v2/google-emm/enterprises/{enterpriseId}' "/api/v2/google-emm/enterprises/$missing"
call 501 'PATCH /api/v2/google-emm/enterprises/{enterpriseId}' "/api/v2/google-emm/enterprises/$missing" '{"allowDeviceEnrollment":true,"deviceGroupId":"ffffffffffffffffffffffff"}'
call 501 'POST /api/v2/google-emm/signup-urls' /api/v2/google-emm/signup-urls
call 501 'POST /api/v2/google-emm/web-tokens' /api/v2/google-emm/web-tokens
call 404 'GET /api/v2/google-emm/devices/{deviceId}/policy_results' "/api/v2/google-emm/devices/$missing/policy_results"
call 404 'GET /api/v2/google-emm/enterprises/{enterpriseId}/connection-status' "/api/v2/google-emm/enterprises/$missing/connection-status"
call 501 'POST /api/v2/google-emm/devices/{deviceId}/erase-device' "/api/v2/google-emm/devices/$missing/erase-device"
call 501 'POST /api/v2/google-emm/devices/{deviceId}/reboot' "/api/v2/google-emm/devices/$missing/reboot"
call 200 'GET /api/v2/google-emm/enterprises/{enterpriseObjectId}/devices' "/api/v2/google-emm/enterprises/$missing/devices"
call 200 'GET /api/v2/google-emm/enterprises/{enterpriseObjectId}/enrollment-tokens' "/api/v2/google-emm/enterprises/$missing/enrollment-tokens"
call 501 'POST /api/v2/google-emm/enterprises/{enterpriseObjectId}/enrollment-tokens' "/api/v2/google-emm/enterprises/$missing/enrollment-tokens"
call 501 'DELETE /api/v2/google-emm/enterprises/{enterpriseId}/enrollment-tokens/{tokenId}' "/api/v2/google-emm/enterprises/$missing/enrollment-tokens/$missing"
call 404 'GET /api/v2/google-emm/enterprises/{enterpriseId}/enrollment-tokens/{tokenId}' "/api/v2/google-emm/enterprises/$missing/enrollment-tokens/$missing"
call 501 'POST /api/v2/google-emm/devices/{deviceId}/lostmode/start' "/api/v2/google-emm/devices/$missing/lostmode/start"
call 501 'POST /api/v2/google-emm/devices/{deviceId}/lostmode/stop' "/api/v2/google-emm/devices/$missing/lostmode/stop"
call 501 'POST /api/v2/google-emm/enterprises/{enterpriseId}/generate-upgrade-url' "/api/v2/google-emm/enterprises/$missing/generate-upgrade-url" '{"domainsAllowed":["sample"]}'

call 404 'GET /api/v2/devices/settings/signinwithjumpcloud' /api/v2/devices/settings/signinwithjumpcloud
call 501 'PUT /api/v2/devices/settings/signinwithjumpcloud' /api/v2/devices/settings/signinwithjumpcloud '{"settings":[{"osFamily":"sample","enabled":true,"defaultPermission":"sample"}]}'
call 404 'GET /api/v2/devices/settings/ssao' /api/v2/devices/settings/ssao
call 501 'PUT /api/v2/devices/settings/ssao' /api/v2/devices/settings/ssao '{"settings":[{"osFamily":"sample","enabled":true,"defaultPermission":"sample"}]}'

call 200 'GET /api/v2/policies' /api/v2/policies
call 501 'POST /api/v2/policies' /api/v2/policies '{}'
call 501 'DELETE /api/v2/policies/{id}' "/api/v2/policies/$missing"
call 404 'GET /api/v2/policies/{id}' "/api/v2/policies/$missing"
call 501 'PUT /api/v2/policies/{id}' "/api/v2/policies/$missing" '{}'
call 200 'GET /api/v2/policies/{policy_id}/associations' "/api/v2/policies/$missing/associations?targets=system_group"
call 501 'POST /api/v2/policies/{policy_id}/associations' "/api/v2/policies/$missing/associations/" '{"op":"add","type":"system_group","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/policies/{policy_id}/memberof' "/api/v2/policies/$missing/memberof"
call 200 'GET /api/v2/policies/{policy_id}/policyresults' "/api/v2/policies/$missing/policyresults"
call 200 'GET /api/v2/policies/{policy_id}/policystatuses' "/api/v2/policies/$missing/policystatuses"
call 200 'GET /api/v2/policies/{policy_id}/systemgroups' "/api/v2/policies/$missing/systemgroups"
call 200 'GET /api/v2/policies/{policy_id}/users' "/api/v2/policies/$missing/users"
call 200 'GET /api/v2/policies/{policy_id}/usergroups' "/api/v2/policies/$missing/usergroups"
call 200 'GET /api/v2/policies/{policy_id}/systems' "/api/v2/policies/$missing/systems"

call 200 'GET /api/v2/policygroups' /api/v2/policygroups
call 501 'POST /api/v2/policygroups' /api/v2/policygroups '{"name":"Sample"}'
call 200 'GET /api/v2/policygroups/{group_id}/associations' "/api/v2/policygroups/$missing/associations?targets=system"
call 501 'POST /api/v2/policygroups/{group_id}/associations' "/api/v2/policygroups/$missing/associations" '{"op":"add","type":"system","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/policygroups/{group_id}/members' "/api/v2/policygroups/$missing/members"
call 501 'POST /api/v2/policygroups/{group_id}/members' "/api/v2/policygroups/$missing/members" '{"op":"add","type":"sample","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/policygroups/{group_id}/membership' "/api/v2/policygroups/$missing/membership"
call 200 'GET /api/v2/policygroups/{group_id}/systemgroups' "/api/v2/policygroups/$missing/systemgroups"
call 200 'GET /api/v2/policygroups/{group_id}/systems' "/api/v2/policygroups/$missing/systems"
call 200 'GET /api/v2/policygroups/{group_id}/users' "/api/v2/policygroups/$missing/users"
call 200 'GET /api/v2/policygroups/{group_id}/usergroups' "/api/v2/policygroups/$missing/usergroups"
call 501 'DELETE /api/v2/policygroups/{id}' "/api/v2/policygroups/$missing"
call 404 'GET /api/v2/policygroups/{id}' "/api/v2/policygroups/$missing"
call 501 'PUT /api/v2/policygroups/{id}' "/api/v2/policygroups/$missing" '{"name":"Sample"}'

call 200 'GET /api/v2/policyresults' /api/v2/policyresults
call 404 'GET /api/v2/policyresults/{id}' "/api/v2/policyresults/$missing"

call 200 'GET /api/v2/policytemplates' /api/v2/policytemplates
call 404 'GET /api/v2/policytemplates/{id}' "/api/v2/policytemplates/$missing"

call 200 'GET /api/v2/softwareapps' /api/v2/softwareapps
call 501 'POST /api/v2/softwareapps' /api/v2/softwareapps '{"displayName":"sample","settings":[{"packageId":"ffffffffffffffffffffffff"}]}'
call 501 'DELETE /api/v2/softwareapps/{id}' "/api/v2/softwareapps/$missing"
call 501 'PUT /api/v2/softwareapps/{id}' "/api/v2/softwareapps/$missing" '{"displayName":"sample"}'
call 501 'PUT /api/v2/softwareapps/{id}' "/api/v2/softwareapps/$missing" '{"displayName":"sample","settings":[{"packageId":"ffffffffffffffffffffffff","autoUpdate":false,"allowUpdateDelay":false,"packageManager":"sample","locationObjectId":"ffffffffffffffffffffffff","location":"sample","desiredState":"sample","appleVpp":{"appConfiguration":"sample","assignedLicenses":1,"availableLicenses":1,"details":{},"isConfigEnabled":true,"supportedDeviceFamilies":["sample","sample"],"totalLicenses":1},"packageSubtitle":"sample","packageVersion":"sample","packageKind":"sample","assetKind":"sample","assetSha256Size":1,"assetSha256Strings":["sample"],"description":"sample"}]}'
call 404 'GET /api/v2/softwareapps/{id}' "/api/v2/softwareapps/$missing"
call 200 'GET /api/v2/softwareapps/{software_app_id}/associations' "/api/v2/softwareapps/$missing/associations?targets=system_group"
call 501 'POST /api/v2/softwareapps/{software_app_id}/associations' "/api/v2/softwareapps/$missing/associations" '{"id":"ffffffffffffffffffffffff","op":"add","type":"system"}'
call 501 'POST /api/v2/softwareapps/{software_app_id}/reclaim-licenses' "/api/v2/softwareapps/$missing/reclaim-licenses" '{}'
call 501 'POST /api/v2/softwareapps/{software_app_id}/retry-installation' "/api/v2/softwareapps/$missing/retry-installation" '{}'
call 200 'GET /api/v2/softwareapps/{software_app_id}/statuses' "/api/v2/softwareapps/$missing/statuses"
call 200 'GET /api/v2/softwareapps/{software_app_id}/systemgroups' "/api/v2/softwareapps/$missing/systemgroups"
call 200 'GET /api/v2/softwareapps/{software_app_id}/systems' "/api/v2/softwareapps/$missing/systems"

call 200 'GET /api/v2/software/catalog/apps' /api/v2/software/catalog/apps
call 404 'GET /api/v2/software/catalog/apps/{objectId}' "/api/v2/software/catalog/apps/$missing"
