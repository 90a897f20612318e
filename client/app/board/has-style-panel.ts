import type { StyleView } from '../../editor/view.ts'

/** Whether the style panel has anything to show. */
export const hasStylePanel = (style: StyleView, selectedCount: number): boolean =>
  selectedCount > 0 || Object.keys(style).some(key => key !== 'isNote')
