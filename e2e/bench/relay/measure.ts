/** What a process takes, by the kernel's count, and what a list of times says. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** `USER_HZ`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** @returns seconds of CPU so far, all threads */
export function cpuSeconds(pid: number): number {
  // The name in the second field may hold spaces; what follows its parenthesis does not.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

export function rssMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb) / 1024
}

/** Cores used from its start to `cores()`. */
export class CpuMeter {
  readonly #pid: number
  readonly #startSeconds: number
  readonly #startMs = performance.now()

  constructor(pid: number) {
    this.#pid = pid
    this.#startSeconds = cpuSeconds(pid)
  }

  get seconds(): number {
    return cpuSeconds(this.#pid) - this.#startSeconds
  }

  get cores(): number {
    return this.seconds / ((performance.now() - this.#startMs) / 1000)
  }
}

/** Resolves when the process has nothing to do any more: taken a seed in, or said goodbye to all. */
export async function quiet(pid: number): Promise<void> {
  for (let calmCount = 0; calmCount < 2; ) {
    const meter = new CpuMeter(pid)
    await sleep(300)
    calmCount = meter.cores < 0.05 ? calmCount + 1 : 0
  }
}

/** @returns the value that this share of the times does not exceed; NaN when there are none */
export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
