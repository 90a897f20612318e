// Sets the theme before the first paint, so that a dark page does not flash white. A file of its own, because the
// page's security policy allows no inline script. client/app/theme.ts takes over when the app runs.
;(() => {
  let choice = null
  try {
    choice = localStorage.getItem('drawbridge.theme')
  } catch {
    // Site data is blocked: the system's theme it is.
  }
  const isDark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  if (isDark) document.querySelector('meta[name="theme-color"]').content = '#17191e'
})()
