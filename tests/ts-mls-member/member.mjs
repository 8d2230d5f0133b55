// Members of MLS groups on ts-mls. One JSON command a line on standard input, one JSON answer a line on standard output; byte strings are base64.
import { createInterface } from "node:readline"
import {
  acceptAll, createApplicationMessage, createCommit, createGroup, decodeGroupState, decodeMlsMessage, emptyPskIndex, encodeGroupState,
  encodeMlsMessage, generateKeyPackage, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup, processMessage,
} from "ts-mls"
import { defaultClientConfig } from "ts-mls/clientConfig.js"
import { makeWelcomeKey, openWelcome, sealWelcome, welcomeKeyExtension, welcomeKeyOf } from "./welcome-seal.mjs"

const suiteNames = {
  1: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  3: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
}
const capabilities = (suite) => ({
  versions: ["mls10"], ciphersuites: [suiteNames[suite]], extensions: [welcomeKeyExtension], proposals: [], credentials: ["basic"],
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
const readPublished = (text) => {
  const [{ keyPackage }, size] = decodeMlsMessage(bytes(text), 0)
  return { keyPackage, key: welcomeKeyOf(keyPackage, bytes(text).slice(size)) }
}

const commands = {
  async create({ name, suite, groupId, welcomeKey }) {
    const cs = await getCiphersuiteImpl(getCiphersuiteFromName(suiteNames[suite]))
    const credential = { credentialType: "basic", identity: new TextEncoder().encode(name) }
    const sealing = welcomeKey ? await makeWelcomeKey() : undefined
    const keyPackage = await generateKeyPackage(credential, capabilities(suite), lifetime, sealing ? [sealing.extension] : [], cs)
    const member = { cs, keyPackage, sealing }
    members.set(name, member)
    if (groupId !== undefined) {
      member.state = await createGroup(bytes(groupId), keyPackage.publicPackage, keyPackage.privatePackage, [], cs)
    }
    const published = bytes(message({ wireformat: "mls_key_package", keyPackage: keyPackage.publicPackage }))
    return { keyPackage: base64(Buffer.concat(sealing ? [published, sealing.key] : [published])) }
  },

  async join({ name, welcome }) {
    const member = members.get(name)
    const { publicPackage, privatePackage } = member.keyPackage
    const sent = decode(welcome).welcome
    const plain = member.sealing ? await openWelcome(sent, publicPackage, member.sealing.privateKey, member.cs.hash) : sent
    member.state = await joinGroup(plain, publicPackage, privatePackage, emptyPskIndex, member.cs)
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
    const added = adds.map(readPublished)
    const extraProposals = [
      ...removes.map((leaf) => ({ proposalType: "remove", remove: { removed: leaf } })),
      ...added.map(({ keyPackage }) => ({ proposalType: "add", add: { keyPackage } })),
    ]
    const result = await createCommit(
      { state: member.state, cipherSuite: member.cs }, { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals })
    member.state = result.newState
    const welcome = result.welcome && await sealWelcome(result.welcome, added, member.cs.hash)
    return {
      commit: base64(encodeMlsMessage(result.commit)),
      welcome: welcome && message({ wireformat: "mls_welcome", welcome }),
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
