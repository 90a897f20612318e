/** Runs the server. The only file with effects at import. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/** Compiling is half of a start. Beside the packages and not in a folder that all may write to, since what lies here is run; where it
 * cannot be written, every start compiles. */
const COMPILED = join(import.meta.dirname, '../node_modules/.cache/drawbridge')

enableCompileCache(process.env.NODE_COMPILE_CACHE ?? COMPILED)
// The store's threads look for it here.
process.env.NODE_COMPILE_CACHE ??= COMPILED

const { runServer } = await import('./run.ts')
await runServer()
