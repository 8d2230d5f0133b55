// The group that tests/XChat.Benchmarks/Mls measures, in ts-mls: one member adds all others, another commits twice, and every call starts from the same state.
// One operation a line on standard input, its name on standard output when it is done.  node bench.mjs members
import { createInterface } from "node:readline"
import {
  acceptAll, createApplicationMessage, createCommit, createGroup, emptyPskIndex, generateKeyPackage, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup,
  processMessage,
} from "ts-mls"

const members = Number(process.argv[2])
const suite = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"
const cs = await getCiphersuiteImpl(getCiphersuiteFromName(suite))
const capabilities = { versions: ["mls10"], ciphersuites: [suite], extensions: [], proposals: [], credentials: ["basic"] }
const lifetime = { notBefore: 0n, notAfter: 9223372036854775807n }
const options = { wireAsPublicMessage: true, ratchetTreeExtension: true }
const packageOf = (name) =>
  generateKeyPackage({ credentialType: "basic", identity: new TextEncoder().encode(name) }, capabilities, lifetime, [], cs)
const commit = (state, extraProposals = []) => createCommit({ state, cipherSuite: cs }, { ...options, extraProposals })
const process_ = (state, sent) => processMessage(sent, state, emptyPskIndex, acceptAll, cs)

const first = await packageOf("alice")
const others = await Promise.all(Array.from({ length: members - 1 }, (_, index) => packageOf(`member ${index}`)))
const create = async () => commit(
  await createGroup(new Uint8Array(16), first.publicPackage, first.privatePackage, [], cs),
  others.map((other) => ({ proposalType: "add", add: { keyPackage: other.publicPackage } })))
const founding = await create()
let alice = founding.newState
let bob = await joinGroup(founding.welcome, others[0].publicPackage, others[0].privatePackage, emptyPskIndex, cs)
for (let turn = 0; turn < 2; turn++) {
  const update = await commit(bob)
  bob = update.newState
  alice = (await process_(alice, update.commit)).newState
}

const sent = (await commit(alice)).commit
const { privateMessage } = await createApplicationMessage(alice, new Uint8Array(256), cs)
const message = { version: "mls10", wireformat: "mls_private_message", privateMessage }
const operations = {
  create,
  commit: () => commit(alice),
  process: () => process_(bob, sent),
  encrypt: () => createApplicationMessage(alice, new Uint8Array(256), cs),
  decrypt: () => process_(bob, message),
}
process.stdout.write("ready\n")
for await (const name of createInterface({ input: process.stdin })) {
  await operations[name]()
  process.stdout.write(`${name}\n`)
}
