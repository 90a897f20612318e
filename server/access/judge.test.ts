import { describe, expect, it } from 'vitest'
import type { GrantedRole } from '#shared/roles.ts'
import { type AccessRecord, type LinkRecord, OPEN_TO_ALL } from '../store/access-record.ts'
import { type Claims, judge, NO_CLAIMS } from './judge.ts'

const NOW = 1000
const link = (id: string, role: GrantedRole, more: Partial<LinkRecord> = {}): LinkRecord => ({
  id,
  keyHash: `key ${id}`,
  role,
  name: '',
  passwordHash: undefined,
  expiresAtMs: undefined,
  revokedAtMs: undefined,
  createdAtMs: 0,
  ...more,
})
const board = (more: Partial<AccessRecord>): AccessRecord => ({ ...OPEN_TO_ALL, anyone: undefined, ...more })
const as = (identity: string): Claims => ({ ...NO_CLAIMS, identity })
const withKey = (id: string, identity?: string): Claims => ({ ...NO_CLAIMS, identity, keyHash: `key ${id}` })
const said = (record: AccessRecord, claims: Claims = NO_CLAIMS) => {
  const verdict = judge(record, claims, NOW)
  return verdict.kind === 'in' ? verdict.role : verdict.reason
}

describe('judge', () => {
  it.each(['editor', 'add-only', 'commenter', 'viewer'] as const)('anyone is a %s where that is so', role => {
    expect(said(board({ anyone: role }))).toBe(role)
    expect(said(board({ anyone: role }), withKey('unknown', 'ann'))).toBe(role)
  })

  it('where nobody gets in, who was not told learns nothing', () => {
    expect(said(board({}))).toBe('no-such-board')
    expect(said(board({ owner: 'ann', links: [link('a', 'viewer')] }), withKey('b', 'ben'))).toBe(
      'no-such-board',
    )
    expect(said(board({ state: 'ended' }))).toBe('no-such-board')
  })

  it('nobody owns a board without an owner, least of all who has no identity', () => {
    expect(said(OPEN_TO_ALL)).toBe('editor')
    expect(said(board({}), { ...NO_CLAIMS, identity: undefined })).toBe('no-such-board')
  })

  it('gives the best of owner, links and anyone', () => {
    const links = [link('view', 'viewer'), link('add', 'add-only')]
    const persons = [{ identity: 'ben', role: undefined, linkIds: ['add'] }]
    const record = board({ owner: 'ann', anyone: 'commenter', links, persons })
    expect(said(record, as('ann'))).toBe('owner')
    expect(said(record, withKey('view', 'ann'))).toBe('owner')
    expect(said(record, withKey('view'))).toBe('commenter')
    expect(said(record, withKey('add'))).toBe('add-only')
    expect(said(record, as('ben'))).toBe('add-only')
    expect(said(record, withKey('view', 'ben'))).toBe('add-only')
    expect(said(record, { ...as('cem'), token: { role: 'editor', expiresAtMs: NOW + 1 } })).toBe('editor')
  })

  it.each([
    ['revoked', { revokedAtMs: 500 }, 'link-revoked'],
    ['expired', { expiresAtMs: NOW }, 'link-expired'],
    ['expired, then revoked', { expiresAtMs: 400, revokedAtMs: 500 }, 'link-revoked'],
    ['revoked, with a password', { revokedAtMs: 500, passwordHash: 'x' }, 'link-revoked'],
  ])('a link that is %s gives nothing, and its holder is told', (_what, more, reason) => {
    const links = [link('a', 'editor', more)]
    expect(said(board({ links }), withKey('a'))).toBe(reason)
    expect(said(board({ links, anyone: 'viewer' }), withKey('a'))).toBe('viewer')
    const persons = [{ identity: 'ben', role: undefined, linkIds: ['a'] }]
    expect(said(board({ links, persons }), as('ben'))).toBe(reason)
  })

  it('a link with a password gives nothing before it is opened with it', () => {
    const links = [link('a', 'editor', { passwordHash: 'x' })]
    expect(said(board({ links }), withKey('a', 'ben'))).toBe('wants-password')
    expect(judge(board({ links, anyone: 'viewer' }), withKey('a', 'ben'), NOW)).toMatchObject({
      role: 'viewer',
      wantsPassword: true,
    })
    const persons = [{ identity: 'ben', role: undefined, linkIds: ['a'] }]
    expect(said(board({ links, persons }), withKey('a', 'ben'))).toBe('editor')
    expect(said(board({ links, persons }), withKey('a', 'cem'))).toBe('wants-password')
  })

  it('what the owner decided about a person goes before their links', () => {
    const links = [link('a', 'editor')]
    const persons = [
      { identity: 'ben', role: 'viewer' as const, linkIds: ['a'] },
      { identity: 'cem', role: 'removed' as const, linkIds: ['a'] },
      { identity: 'ann', role: 'removed' as const, linkIds: [] },
    ]
    const record = board({ owner: 'ann', anyone: 'editor', links, persons })
    expect(said(record, withKey('a', 'ben'))).toBe('viewer')
    expect(said(record, withKey('a', 'cem'))).toBe('removed')
    expect(said(record, as('ann'))).toBe('owner')
    expect(said(board({ persons }), as('ben'))).toBe('viewer')
  })

  it('locked, everyone but the owner looks on; ended, nobody else gets in', () => {
    const open = { owner: 'ann', anyone: 'commenter', links: [link('a', 'editor')] } as const
    const claims = [as('ann'), withKey('a'), as('ben')]
    expect(claims.map(each => said(board({ ...open, state: 'locked' }), each))).toEqual([
      'owner',
      'viewer',
      'viewer',
    ])
    expect(claims.map(each => said(board({ ...open, state: 'ended' }), each))).toEqual([
      'owner',
      'ended',
      'ended',
    ])
  })

  it('says until when it holds, and what is left of it then', () => {
    const links = [link('a', 'editor', { expiresAtMs: 3000 }), link('b', 'viewer')]
    const record = board({ links, persons: [{ identity: 'ben', role: undefined, linkIds: ['b'] }] })
    expect(judge(record, withKey('a', 'ben'), NOW)).toMatchObject({ role: 'editor', untilMs: 3000 })
    expect(judge(record, withKey('a', 'ben'), 3000)).toMatchObject({ role: 'viewer', untilMs: undefined })
    const token = { role: 'owner', expiresAtMs: 2000 } as const
    expect(judge(record, { ...withKey('a'), token }, NOW)).toMatchObject({ role: 'owner', untilMs: 2000 })
    expect(judge(record, { ...withKey('a'), token }, 2000)).toEqual({
      kind: 'out',
      reason: 'sign-in-expired',
    })
  })
})
