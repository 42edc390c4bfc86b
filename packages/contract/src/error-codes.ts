/** What sort of refusal a code is; each gateway maps it to its own protocol's status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'denied'
  | 'missing'
  | 'gone'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'limited'
  | 'unavailable'
  | 'unimplemented'
  | 'bug'

interface ErrorCodeFacts {
  readonly kind: ErrorKind
  /** What happened and what to do, for a person, without personal values. */
  readonly text: string
}

/** Every refusal of the product: code, kind and default text. `docs/errors.md` lists the same. */
export const errorCodes = {
  invalid_request: { kind: 'invalid', text: 'The request is not valid. Correct the named field and send it again.' },
  invalid_json: { kind: 'invalid', text: 'The body is not valid JSON in UTF-8. Correct it and send it again.' },
  invalid_filter: { kind: 'invalid', text: 'A filter term is not understood. Correct the named term.' },
  payload_too_large: { kind: 'too_large', text: 'The body is too large. Send less at a time.' },
  unsupported_media_type: { kind: 'unsupported', text: 'Send the body as application/json.' },
  unauthenticated: { kind: 'unauthenticated', text: 'Unauthorized' },
  sign_in_failed: { kind: 'unauthenticated', text: 'The e-mail address or the password is not right.' },
  second_factor_required: {
    kind: 'unauthenticated',
    text: 'Send the code of your authenticator, or a recovery code, together with the password.',
  },
  second_factor_failed: { kind: 'unauthenticated', text: 'The code is not right, or was used already.' },
  sign_in_unfinished: {
    kind: 'denied',
    text: 'The sign-in is not finished. Do first what the session asks for next.',
  },
  account_not_open: {
    kind: 'denied',
    text: 'The account is not open for signing in. Ask your help desk.',
  },
  user_not_active: { kind: 'conflict', text: 'The user is not active. Activate them first.' },
  password_change_elsewhere: {
    kind: 'conflict',
    text: 'The password is set in an outside directory. Change it there.',
  },
  directory_unreachable: {
    kind: 'unavailable',
    text: 'The directory that checks the password does not answer. Try again in a moment.',
  },
  present_password_wrong: { kind: 'invalid', text: 'The present password is not right.' },
  forbidden: { kind: 'denied', text: 'Your role does not allow this. Ask an administrator for the named permission.' },
  csrf_failed: {
    kind: 'denied',
    text: 'The request did not come from this portal’s page. Reload the page and try again.',
  },
  second_factor_enrolment_required: {
    kind: 'denied',
    text: 'Administrators need a second factor here. Enrol yours, then go on.',
  },
  throttled: { kind: 'limited', text: 'Too many attempts. Wait for the time that Retry-After names, then try again.' },
  overloaded: { kind: 'limited', text: 'The hub has too much to do at the moment. Try again in a second.' },
  not_found: { kind: 'missing', text: 'Not Found' },
  not_implemented: { kind: 'unimplemented', text: 'The hub does not offer this.' },
  cursor_expired: {
    kind: 'gone',
    text: 'The database was restored since this cursor was handed out. Begin again without it, and take what is listed for the truth.',
  },
  route_not_found: { kind: 'missing', text: 'There is no such address. Check the path and the method.' },
  username_taken: { kind: 'conflict', text: 'Another user has this username. Choose another one.' },
  email_taken: { kind: 'conflict', text: 'Another user has this e-mail address. Choose another one.' },
  employee_identifier_taken: { kind: 'conflict', text: 'Another user has this employee identifier.' },
  group_name_taken: { kind: 'conflict', text: 'Another group has this name. Choose another one.' },
  domain_unreadable: {
    kind: 'conflict',
    text: 'The domain cannot be read now: no import agent of it answers. Start one, or see to what its health says.',
  },
  comparison_running: {
    kind: 'conflict',
    text: 'The directory is being compared already. Wait until that ends, or cancel it.',
  },
  comparison_open: { kind: 'conflict', text: 'The comparison has not ended yet. Apply its differences when it has.' },
  domain_taken: { kind: 'conflict', text: 'This domain is already connected.' },
  already_exists: { kind: 'conflict', text: 'Already Exists' },
  revision_changed: { kind: 'conflict', text: 'Somebody changed this in the meantime. Reload it and try again.' },
  precondition_failed: {
    kind: 'conflict',
    text: 'Somebody changed this since you read it. Read it again and send its new ETag as If-Match.',
  },
  idempotency_key_reused: {
    kind: 'invalid',
    text: 'This Idempotency-Key was used for another request. Use a new key for every new request.',
  },
  request_in_progress: {
    kind: 'conflict',
    text: 'The request with this Idempotency-Key is still being worked on. Send it again in a moment.',
  },
  user_has_reports: {
    kind: 'conflict',
    text: 'The user is the manager of others. Name a new manager or clear theirs with cascade_manager.',
  },
  field_managed_elsewhere: { kind: 'invalid', text: 'The field is managed by an outside directory. Change it there.' },
  state_conflict: { kind: 'invalid', text: 'Cannot save conflicting state and suspended fields.' },
  suspended_by_directory: {
    kind: 'conflict',
    text: 'The account is disabled in its directory. Enable it there; the user is then activated here.',
  },
  derived_membership: {
    kind: 'conflict',
    text: 'The user is a member through a group in this one. Change that group, in its directory where it has one.',
  },
  password_policy: { kind: 'invalid', text: 'Password validation fail' },
  second_factor_enrolled: { kind: 'conflict', text: 'A second factor is enrolled already. Turn it off first.' },
  second_factor_missing: { kind: 'conflict', text: 'There is no second factor to confirm or turn off.' },
  session_needed: { kind: 'conflict', text: 'Only a person who is signed in can do this, not a key or a token.' },
  role_name_taken: { kind: 'conflict', text: 'Another role has this name. Choose another one.' },
  role_built_in: {
    kind: 'conflict',
    text: 'The role is one of the hub’s own and stays as it is. Make a role of your own.',
  },
  role_in_use: { kind: 'conflict', text: 'Somebody holds this role. Give them another one first.' },
  service_account_name_taken: { kind: 'conflict', text: 'Another service account has this name. Choose another one.' },
  password_policy_name_taken: { kind: 'conflict', text: 'Another password policy has this name. Choose another one.' },
  password_link_invalid: {
    kind: 'denied',
    text: 'The link is not valid any more. Ask an administrator for a new one.',
  },
  organization_forbidden: { kind: 'denied', text: 'Forbidden: organization selection not allowed via header' },
  integration_name_taken: { kind: 'conflict', text: 'Another integration has this name. Choose another one.' },
  integration_built_in: {
    kind: 'conflict',
    text: 'The built-in integration serves the keys of administrators. It has no tokens and stays.',
  },
  owned_elsewhere: {
    kind: 'denied',
    text: 'Another integration made this, and does not let others change it. Change it there, or allow others in its settings.',
  },
  guard_refuses: {
    kind: 'denied',
    text: 'This would take away more than the limit of the integration allows in 24 hours. Wait, or raise the limit.',
  },
  request_not_repeatable: {
    kind: 'conflict',
    text: 'Only a write that failed, and whose body was kept whole, can be sent again.',
  },
  integration_refuses: { kind: 'denied', text: 'The integration is set up not to do this. Change its settings.' },
  custom_schema_taken: {
    kind: 'conflict',
    text: 'Another declared schema or type of resources has this URN, name or endpoint. Choose another one.',
  },
  custom_schema_incompatible: {
    kind: 'conflict',
    text: 'The change does not fit what is kept already. Declare a new attribute beside the old one instead.',
  },
  custom_schema_in_use: {
    kind: 'conflict',
    text: 'Values or resources would be lost. Name their number to discard them, or take them away first.',
  },
  custom_schema_from_file: {
    kind: 'conflict',
    text: 'This is declared in the file that the hub reads at its start. Change it there.',
  },
  attribute_value_taken: {
    kind: 'conflict',
    text: 'A value that has to be unique is taken already. Choose another one.',
  },
  set_up_done: { kind: 'conflict', text: 'The first administrator exists already. Sign in instead.' },
  set_up_link_invalid: {
    kind: 'denied',
    text: 'The set-up link is not valid any more. Restart the hub to get a new one.',
  },
  last_administrator: { kind: 'conflict', text: 'This is the last administrator. Make another one first.' },
  connect_key_invalid: {
    kind: 'denied',
    text: 'The connect key is unknown, used or expired. Make a new agent in the portal and use its key.',
  },
  agent_signature_invalid: {
    kind: 'unauthenticated',
    text: 'The agent’s signature is not valid. Check the clock of the agent’s machine, or enrol the agent again.',
  },
  agent_clock_wrong: {
    kind: 'unauthenticated',
    text: 'The clock of the agent’s machine is more than five minutes off. Set it; the agent goes on by itself.',
  },
  agent_request_repeated: {
    kind: 'unauthenticated',
    text: 'This request was answered already. Send it again with a nonce and a signature of its own.',
  },
  agent_paused: { kind: 'denied', text: 'The agent is paused. Resume it in the portal.' },
  agent_not_ready: {
    kind: 'conflict',
    text: 'The agent cannot be primary now: it is paused, silent, or does not reach its domain controller.',
  },
  agent_files_missing: {
    kind: 'unavailable',
    text: 'The agents’ files were not made on this hub. Run "npm run agents" beside it and try again.',
  },
  lease_lost: { kind: 'conflict', text: 'Another agent is primary now. Ask for the lease again.' },
  sign_in_not_given: {
    kind: 'conflict',
    text: 'This sign-in was not given to the agent to check, or not with this nonce. The answer does not count.',
  },
  plan_closed: { kind: 'conflict', text: 'The plan is not waiting any more. Reload it.' },
  nothing_to_undo: { kind: 'conflict', text: 'Nothing of this can be undone, or it was undone already.' },
  mail_not_set_up: {
    kind: 'conflict',
    text: 'The hub has no mail server. Set SMTP_URL and start it again, or hand a link over yourself.',
  },
  notice_over: {
    kind: 'conflict',
    text: 'This mail was sent, or is being sent. Only one that waits or failed is tried again.',
  },
  // A commit whose answer was lost may have happened, and what fails after a commit has.
  database_unavailable: {
    kind: 'unavailable',
    text: 'The database does not answer. A change may have been made all the same: look before you try again.',
  },
  internal: {
    kind: 'bug',
    text: 'Something went wrong here. A change may have been made all the same. The log names the request id.',
  },
} as const satisfies Record<string, ErrorCodeFacts>

/** The code of a refusal. */
export type ErrorCode = keyof typeof errorCodes
