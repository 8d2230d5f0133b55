// Members of MLS groups on ts-mls. One JSON command a line on standard input, one JSON answer a line on standard output; byte strings are base64.
import { createInterface } from "node:readline"
import {
  acceptAll, createApplicationMessage, createCommit, createGroup, decodeGroupState, decodeMlsMessage, emptyPskIndex, encodeGroupState,
  encodeMlsMessage, generateKeyPackage, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup, processMessage,
} from "ts-mls"
import { defaultClientConfig } from "ts-mls/clientConfig.js"

const suiteNames = {
  1: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  3: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
}
const capabilities = (suite) => ({
  versions: ["mls10"], ciphersuites: [suiteNames[suite]], extensions: [], proposals: [], credentials: ["basic"],
})
const lifetime = { notBefore: 0n, notAfter: 9223372036854775807n }
const members = new Map()

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"))
const base64 = (data) => Buffer.from(data).toString("base64")
const message = (fields) => base64(encodeMlsMessage({ version: "mls10", ...fields }))
const decode = (text) => {
  const decoded = decodeMlsMessage(bytes(text), 0)
  if (decoded === undefined) throw new Error("not an MLS message")
  return decoded[0]
}

const commands = {
  async create({ name, suite, groupId }) {
    const cs = await getCiphersuiteImpl(getCiphersuiteFromName(suiteNames[suite]))
    const credential = { credentialType: "basic", identity: new TextEncoder().encode(name) }
    const keyPackage = await generateKeyPackage(credential, capabilities(suite), lifetime, [], cs)
    const member = { cs, keyPackage }
    members.set(name, member)
    if (groupId !== undefined) {
      member.state = await createGroup(bytes(groupId), keyPackage.publicPackage, keyPackage.privatePackage, [], cs)
    }
    return { keyPackage: message({ wireformat: "mls_key_package", keyPackage: keyPackage.publicPackage }) }
  },

  async join({ name, welcome }) {
    const member = members.get(name)
    const { publicPackage, privatePackage } = member.keyPackage
    member.state = await joinGroup(decode(welcome).welcome, publicPackage, privatePackage, emptyPskIndex, member.cs)
    return { leaf: member.state.privatePath.leafIndex }
  },

  async process({ name, message: text }) {
    const member = members.get(name)
    const result = await processMessage(decode(text), member.state, emptyPskIndex, acceptAll, member.cs)
    member.state = result.newState
    return result.kind === "applicationMessage"
      ? { plaintext: base64(result.message) }
      : { removed: member.state.groupActiveState.kind === "removedFromGroup" }
  },

  async commit({ name, adds, removes }) {
    const member = members.get(name)
    const extraProposals = [
      ...removes.map((leaf) => ({ proposalType: "remove", remove: { removed: leaf } })),
      ...adds.map((text) => ({ proposalType: "add", add: { keyPackage: decode(text).keyPackage } })),
    ]
    const result = await createCommit(
      { state: member.state, cipherSuite: member.cs }, { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals })
    member.state = result.newState
    return {
      commit: base64(encodeMlsMessage(result.commit)),
      welcome: result.welcome && message({ wireformat: "mls_welcome", welcome: result.welcome }),
    }
  },

  async encrypt({ name, plaintext }) {
    const member = members.get(name)
    const { newState, privateMessage } = await createApplicationMessage(member.state, bytes(plaintext), member.cs)
    member.state = newState
    return { message: message({ wireformat: "mls_private_message", privateMessage }) }
  },

  async restart({ name }) {
    const member = members.get(name)
    member.state = { ...decodeGroupState(encodeGroupState(member.state), 0)[0], clientConfig: defaultClientConfig }
    return {}
  },

  async describe({ name }) {
    const { groupContext, keySchedule, privatePath } = members.get(name).state
    return { epoch: Number(groupContext.epoch), leaf: privatePath.leafIndex, authenticator: base64(keySchedule.epochAuthenticator) }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...fields } = JSON.parse(line)
  let answer
  try {
    answer = await commands[command](fields)
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}` }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
