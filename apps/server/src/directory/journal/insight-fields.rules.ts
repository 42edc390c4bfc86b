// The fields that JumpCloud documents for events, of all its services. A query may name any of them: one that the hub's events never
// have matches nothing, as at JumpCloud, where a name that nobody documents is a mistake and refused.

/** How the values of a documented field compare; `object` has fields of its own, `closed` cannot be searched by. */
export type EventFieldType = 'text' | 'integer' | 'boolean' | 'timestamp' | 'object' | 'closed'

const named = (type: EventFieldType, names: string): readonly (readonly [string, EventFieldType])[] =>
  names.split(/\s+/).map((name) => [name, type])

/** The documented fields by their first name, or by their whole one where its type is not text. */
const eventFields: ReadonlyMap<string, EventFieldType> = new Map([
  ...named('closed', 'changes useragent user_agent system_timestamp'),
  ...named('timestamp', 'timestamp'),
  ...named('boolean', 'success mfa idp_initiated start_tls tls_established initiated_by.administrator'),
  ...named(
    'integer',
    `@version doc_version operation_number error_code scope deref number_of_results
    object_storage_item_version_size total_software_item_count total_space_used`,
  ),
  ...named(
    'object',
    `correlation resource system_group initiated_by association mfa_meta geoip auth_context application message_chain system
    target_resource outer windows_meta auth_meta command error_chain config workflow`,
  ),
  ...named(
    'text',
    `id event_type service organization client_ip auth_method provider error_message idm_client_id username category severity
    nas_mfa_state auth_type eap_type message src_ip process_name app_management_source connection_id dn mech oid base filter attr
    mdm_type device_object_id device_manager_object_id windows_device_uuid command_uuid request_type status result name type
    description channel_object_id referrer_object_id referrer_type object_storage_item_object_id
    object_storage_item_version_object_id object_storage_item_version_name system_object_id account_id catalog_app_id
    login_identifier detail pid access_request_id hostname`,
  ),
])

/** The type of a documented field, by its whole name with dots; undefined for what nobody documents. */
export function eventFieldType(field: string): EventFieldType | undefined {
  const [head = '', ...rest] = field.split('.')
  const type = eventFields.get(field) ?? eventFields.get(head)
  if (eventFields.has(field) || type === undefined || type === 'closed') return type
  return type === 'object' && rest.every((part) => part !== '') ? 'text' : undefined
}
