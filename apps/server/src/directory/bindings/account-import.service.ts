// Accounts and the directories' own rows as processes read and write them, inside the caller's transaction.
import * as places from './account-place.store.ts'
import * as passwords from './account-password.store.ts'
import * as accounts from './account.store.ts'
import * as bindings from './binding.store.ts'
import * as groups from './group-account.store.ts'
import { makeAnew } from './lost-account.service.ts'
import * as lost from './lost-account.store.ts'
import * as deliveries from './member-delivery.store.ts'

/** Users' accounts in a directory. */
export const userAccounts = {
  askForObjects: lost.askForObjects,
  isAsking: lost.isAsking,
  lease: accounts.lease,
  leave: accounts.leave,
  link: accounts.link,
  listLost: lost.listLost,
  listUserIds: accounts.listUserIds,
  lockByExternalIds: accounts.lockByExternalIds,
  lockByIds: accounts.lockByIds,
  lockByUsers: accounts.lockByUsers,
  lockInTheMaking: accounts.lockInTheMaking,
  makeAnew,
  noteDisabling: accounts.noteDisabling,
  noteGone: lost.noteGone,
  noteSeen: accounts.noteSeen,
  noteWritten: accounts.noteWritten,
  observe: accounts.observe,
  raise: accounts.raise,
  releaseLeases: accounts.releaseLeases,
  report: accounts.report,
  reportPasswords: passwords.report,
  settle: accounts.settle,
  settleBound: bindings.settleAccounts,
  tieMade: accounts.tieMade,
} as const

/** Where accounts are. */
export const accountPlaces = { listOwn: places.listOwn, raiseOwn: places.raiseOwn } as const

/** Groups' counterparts in a directory. */
export const groupAccounts = {
  bind: bindings.insert,
  bindMembers: bindings.bindMembers,
  deliverAll: deliveries.deliverAll,
  forgetObject: groups.forgetObject,
  keepMembers: groups.keepMembers,
  lease: groups.lease,
  link: groups.link,
  listByExternalIds: groups.listByExternalIds,
  listOfGroup: groups.listOfGroup,
  lock: groups.lock,
  noteMade: groups.noteMade,
  raise: groups.raise,
  releaseLeases: groups.releaseLeases,
  repend: deliveries.repeat,
  report: groups.report,
  unbind: bindings.remove,
  unlink: groups.unlink,
} as const

/** Memberships that wait to be written. */
export const memberDeliveries = {
  addAgain: deliveries.addAgain,
  fail: deliveries.fail,
  lease: deliveries.lease,
  releaseLeases: deliveries.releaseLeases,
  removeAgain: deliveries.removeAgain,
  settle: deliveries.settle,
} as const

/** The directories themselves; a process that serves a kind of directory makes and removes its rows. */
export const directories = {
  insert: bindings.insertDirectory,
  remove: bindings.removeDirectory,
  setWritten: bindings.setWritten,
} as const
