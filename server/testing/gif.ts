/** A picture of one pixel, and as a text the same bytes. */
export const GIF = 'GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0'
