/** README is checked where it can be: its table of variables, the files it points to, the commands it names. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { VARIABLES } from './config.ts'

const ROOT = join(import.meta.dirname, '..')
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

it('README lists every environment variable as the code has it', () => {
  const rows = VARIABLES.map(
    ({ name, unit, default: value, reason }) =>
      `| \`${name}\` | ${unit} | ${value === '' ? '' : `\`${value}\``} | ${reason} |`,
  )
  const table = readme.split('\n').filter(line => /^\| `[A-Z_]+` \|/.test(line))
  expect(table).toEqual(rows)
})

it('README points at files that are there', () => {
  const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(match => match[1] ?? '')
  expect(targets.length).toBeGreaterThan(20)
  expect(targets.filter(target => !existsSync(join(ROOT, target)))).toEqual([])
})

it('README names commands that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = [...readme.matchAll(/`?npm (?:run )?([a-z:]+)`?/g)].map(match => match[1] ?? '')
  expect(named.filter(name => !(name in scripts))).toEqual([])
})
