/** Disks that really fail: a small ext4 of a test's own, which can be full, read-only, broken or hang, and, where nobody may mount one,
 * a process that may write no file. */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const DISK_BYTES = 16 << 20
/** Bit of the capability that mounting takes (capabilities(7)). */
const CAP_SYS_ADMIN = 21n
const TOOLS = ['mkfs.ext4', 'mount', 'umount', 'chattr', 'fsfreeze']

/** Why a test cannot have a disk of its own here; `undefined` when it can, and then a failure to mount one is a failure. */
export function whyNoDisk(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux can mount a file'
  const capabilities = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  if (((BigInt(`0x${capabilities}`) >> CAP_SYS_ADMIN) & 1n) === 0n) return 'only root may mount a disk'
  if (!existsSync('/dev/loop-control')) return 'there are no loop devices here'
  const missing = TOOLS.filter(tool => !isInstalled(tool))
  return missing.length > 0 ? `${missing.join(', ')} not installed` : undefined
}

/** Why a process cannot be forbidden to write here. */
export function whyNoLimits(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux can change the limits of a process that runs'
  return isInstalled('prlimit') ? undefined : 'prlimit not installed'
}

const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']
const isInstalled = (tool: string): boolean => SYSTEM_FOLDERS.some(folder => existsSync(join(folder, tool)))

export class TestDisk {
  /** A folder on it, empty at first. */
  readonly path: string
  readonly #home = mkdtempSync(join(tmpdir(), 'drawbridge-disk-'))
  readonly #mountPoint = join(this.#home, 'mnt')
  readonly #image = join(this.#home, 'image')
  readonly #filler = join(this.#mountPoint, 'filler')
  #isFrozen = false

  constructor() {
    const fd = openSync(this.#image, 'w')
    writeSync(fd, Buffer.of(0), 0, 1, DISK_BYTES - 1)
    closeSync(fd)
    // Without a share that only root may fill.
    run('mkfs.ext4', '-q', '-m', '0', '-e', 'remount-ro', this.#image)
    mkdirSync(this.#mountPoint)
    this.#mount()
    this.path = join(this.#mountPoint, 'data')
    mkdirSync(this.path)
  }

  /** Until not one byte more fits. */
  fill(): void {
    const fd = openSync(this.#filler, 'a')
    try {
      for (const size of [1 << 20, 4096, 1]) while (hasTaken(fd, Buffer.alloc(size)));
    } finally {
      closeSync(fd)
    }
  }

  free(): void {
    rmSync(this.#filler)
  }

  /** Files that can be read and not written, those that are open neither: ext4 asks at every write. Not the whole folder: SQLite's
   * shared memory lies there, and a process that may not write what it has mapped is killed. */
  setReadOnly(isReadOnly: boolean, ...names: readonly string[]): void {
    run('chattr', isReadOnly ? '+i' : '-i', ...names.map(name => join(this.path, name)))
  }

  /** An error on it, after which the kernel takes no more writes, until it is mounted anew. */
  breakDown(): void {
    const device = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map(line => line.split(' '))
      .find(([, mountPoint]) => mountPoint === this.#mountPoint)?.[0]
    writeFileSync(`/sys/fs/ext4/${basename(device ?? '')}/trigger_fs_error`, '1')
  }

  /** When no process uses it, as its owner would after `breakDown`. */
  repair(): void {
    run('umount', this.#mountPoint)
    this.#mount()
  }

  /** Every write to it waits from here on, for as long as it takes. */
  freeze(): void {
    run('fsfreeze', '--freeze', this.#mountPoint)
    this.#isFrozen = true
  }

  /** Before the processes that use it are killed: one that waits for a frozen disk cannot even die. */
  thaw(): void {
    if (!this.#isFrozen) return
    run('fsfreeze', '--unfreeze', this.#mountPoint)
    this.#isFrozen = false
  }

  /** When no process uses it any more. */
  unmount(): void {
    run('umount', this.#mountPoint)
    rmSync(this.#home, { recursive: true })
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#image, this.#mountPoint)
  }
}

/** As good as a disk that takes no writes, for one process: each of its writes to a file fails with EFBIG. */
export function forbidWrites(pid: number): { allow(): void } {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
  const before = /^Max file size\s+(\w+)/m.exec(limits)?.[1] ?? 'unlimited'
  run('prlimit', '--pid', String(pid), '--fsize=0:')
  return { allow: () => run('prlimit', '--pid', String(pid), `--fsize=${before}:`) }
}

function run(command: string, ...args: string[]): void {
  const PATH = [...SYSTEM_FOLDERS, process.env.PATH].join(':')
  execFileSync(command, args, { env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] })
}

function hasTaken(fd: number, bytes: Buffer): boolean {
  try {
    return writeSync(fd, bytes) > 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
