/** Runs the server, or with `migrate` as its argument moves boards between stores. The only file with effects at import. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/** Compiling is half of a start. Beside the packages and not in a folder that all may write to, since what lies here is run; where it
 * cannot be written, every start compiles. */
const COMPILED = join(import.meta.dirname, '../node_modules/.cache/drawbridge')

enableCompileCache(process.env.NODE_COMPILE_CACHE ?? COMPILED)
// The store's threads look for it here.
process.env.NODE_COMPILE_CACHE ??= COMPILED

const [command, ...args] = process.argv.slice(2)
if (command === 'migrate') {
  const { runMigrate } = await import('./migrate.ts')
  process.exitCode = await runMigrate(args)
} else {
  const { runServer } = await import('./run.ts')
  await runServer()
}
