/** What a picture is called: by its bytes, so that it is stored once and may be cached for ever. Apart from ids.ts, because what does
 * not add pictures needs no hash. */
import { digest } from 'lib0/hash/sha256'
import { type AssetId, toBase64Url } from './ids.ts'

/** Also where `crypto.subtle` is not: pages by plain http. Takes a second for some 50 MB in a browser: call it in a worker there. */
export const assetIdOf = (bytes: Uint8Array): AssetId => toBase64Url(digest(bytes))
