/** Why there is no board to be seen. */
export type Trouble =
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | { readonly kind: 'failed'; readonly error: unknown }
