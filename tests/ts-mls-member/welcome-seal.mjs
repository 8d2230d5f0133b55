// The post-quantum layer of Welcomes beside ts-mls, which knows nothing of it: what a client in a browser needs. Each entry of a Welcome to a key package that
// promises a Welcome key is HPKE over X-Wing around the HPKE ciphertext of MLS (docs/trust.md). Written from the document, on another X-Wing than libsodium's.
import { CipherSuite, HkdfSha256 } from "@hpke/core"
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305"
import { XWing } from "@hpke/hybridkem-x-wing"
import { decodeHpkeCiphertext, encodeHpkeCiphertext } from "ts-mls/hpkeCiphertext.js"
import { makeKeyPackageRef } from "ts-mls/keyPackage.js"
import { createHash, randomBytes } from "node:crypto"

export const welcomeKeyExtension = 0xf0a1
const keySize = 1216
const encapsulatedSize = 1120
const suiteNumbers = {
  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: 1,
  MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519: 3,
}
const kem = new XWing()
const hpke = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Chacha20Poly1305() })
const info = new TextEncoder().encode("XChat 1.0 sealed Welcome\0")
const sha256 = (...parts) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest())
const number16 = (value) => Uint8Array.of(value >> 8, value & 0xff)
const shortBytes = (bytes) => Buffer.concat([Uint8Array.of(bytes.length), bytes])
const exact = (bytes) => new Uint8Array(bytes).buffer

const hashOf = (key) => sha256(shortBytes(Buffer.from("XChat 1.0 Welcome Key")), number16(0x4000 | keySize), key)
const promiseOf = (keyPackage) => keyPackage.extensions.find((extension) => extension.extensionType === welcomeKeyExtension)?.extensionData
const boundTo = (welcome, entry) => Buffer.concat([
  number16(suiteNumbers[welcome.cipherSuite]), shortBytes(entry.newMember), shortBytes(sha256(welcome.encryptedGroupInfo)),
])
const edit = async (welcome, change) => ({ ...welcome, secrets: await Promise.all(welcome.secrets.map(change)) })

export async function makeWelcomeKey() {
  const { privateKey, publicKey } = await kem.deriveKeyPair(exact(randomBytes(32)))
  const key = new Uint8Array(await kem.serializePublicKey(publicKey))
  return { privateKey, key, extension: { extensionType: welcomeKeyExtension, extensionData: hashOf(key) } }
}

/** The key behind a published key package, which has to be the one that it promises; undefined when it promises none. */
export function welcomeKeyOf(keyPackage, rest) {
  const promised = promiseOf(keyPackage)
  if (promised === undefined && rest.length === 0) return undefined
  if (promised === undefined || Buffer.compare(promised, hashOf(rest)) !== 0) throw new Error("the Welcome key is not the one that was promised")
  return rest
}

/** Seals the entries of a Welcome to those packages that have a key: [{ keyPackage, key }]. */
export async function sealWelcome(welcome, added, hash) {
  const keys = await Promise.all(added.map(async ({ keyPackage, key }) => [await makeKeyPackageRef(keyPackage, hash), key]))
  return edit(welcome, async (entry) => {
    const key = keys.find(([reference]) => Buffer.compare(reference, entry.newMember) === 0)?.[1]
    if (key === undefined) return entry
    const recipientPublicKey = await kem.deserializePublicKey(exact(key))
    const inner = exact(encodeHpkeCiphertext(entry.encryptedGroupSecrets))
    const { ct, enc } = await hpke.seal({ recipientPublicKey, info }, inner, exact(boundTo(welcome, entry)))
    return { ...entry, encryptedGroupSecrets: { kemOutput: new Uint8Array(enc), ciphertext: new Uint8Array(ct) } }
  })
}

/** Opens the entry of a Welcome that is for a package with a key; one that is not sealed is refused. */
export async function openWelcome(welcome, keyPackage, privateKey, hash) {
  const reference = await makeKeyPackageRef(keyPackage, hash)
  return edit(welcome, async (entry) => {
    if (Buffer.compare(reference, entry.newMember) !== 0) return entry
    const { kemOutput, ciphertext } = entry.encryptedGroupSecrets
    if (kemOutput.length !== encapsulatedSize) throw new Error("the Welcome is not sealed")
    const opened = await hpke.open({ recipientKey: privateKey, enc: exact(kemOutput), info }, exact(ciphertext), exact(boundTo(welcome, entry)))
    return { ...entry, encryptedGroupSecrets: decodeHpkeCiphertext(new Uint8Array(opened), 0)[0] }
  })
}
