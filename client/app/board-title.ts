export const boardTitle = (name: string): string => name || 'Untitled board'
