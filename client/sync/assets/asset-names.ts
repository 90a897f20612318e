/** Where this browser keeps what of a board's pictures. Apart from what uses it, which comes when there are pictures. */
import type { BoardId } from '#shared/ids.ts'

/** Of the database of a board's pictures. */
export const picturesName = (boardId: BoardId): string => `drawbridge.pictures.${boardId}`

/** Of the mark that a page that opens has something to send: IndexedDB takes its time to say so. */
export const uploadsKey = (boardId: BoardId): string => `drawbridge.uploads.${boardId}`
