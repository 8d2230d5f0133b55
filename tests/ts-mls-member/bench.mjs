// What ts-mls pays for a commit, processing it, and messages, in the group that tests/XChat.Benchmarks/Mls measures: one member adds all others, another
// commits twice, and every call starts from the same state. Prints medians in milliseconds.  node bench.mjs [members] [rounds]
import {
  acceptAll, createApplicationMessage, createCommit, createGroup, emptyPskIndex, generateKeyPackage, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup,
  processMessage,
} from "ts-mls"

const members = Number(process.argv[2] ?? 256)
const rounds = Number(process.argv[3] ?? 15)
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
let alice = await createGroup(new Uint8Array(16), first.publicPackage, first.privatePackage, [], cs)
const founding = await commit(alice, others.map((other) => ({ proposalType: "add", add: { keyPackage: other.publicPackage } })))
alice = founding.newState
let bob = await joinGroup(founding.welcome, others[0].publicPackage, others[0].privatePackage, emptyPskIndex, cs)
for (let turn = 0; turn < 2; turn++) {
  const update = await commit(bob)
  bob = update.newState
  alice = (await process_(alice, update.commit)).newState
}

const sent = (await commit(alice)).commit
const { privateMessage } = await createApplicationMessage(alice, new Uint8Array(256), cs)
const message = { version: "mls10", wireformat: "mls_private_message", privateMessage }
const measured = {
  commit: () => commit(alice),
  process: () => process_(bob, sent),
  encrypt: () => createApplicationMessage(alice, new Uint8Array(256), cs),
  decrypt: () => process_(bob, message),
}
for (const [name, call] of Object.entries(measured)) {
  for (let round = 0; round < 3; round++) await call()
  const times = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await call()
    times.push(performance.now() - start)
  }
  times.sort((one, other) => one - other)
  console.log(`${name.padEnd(8)} ${members} members: ${times[Math.floor(times.length / 2)].toFixed(2)} ms`)
}
