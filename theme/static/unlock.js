// Opens a gated text in place for those who may read it. Without it every link and form works.
(() => {
  const wall = document.querySelector('.paywall')
  const link = wall && wall.querySelector('a[href^="/api/page/"]')
  if (!link || !window.fetch) return
  const note = wall.querySelector('[role=status]')
  const known = () => /(^|; )ink-in=1/.test(document.cookie)
  let busy, lost, open, times = 0

  const say = text => { if (note.textContent !== text) note.textContent = text }

  // Focus moves when the reader asked for it; who is still in the teaser is only told.
  const show = (html, asked) => {
    const go = asked || /^#ink-p/.test(location.hash) || wall.contains(document.activeElement)
    note.className = 'unseen'
    wall.parentNode.insertBefore(note, wall)
    wall.outerHTML = html
    open = document.getElementById('ink-premium')
    say('')
    if (go) {
      open.focus()
      open.scrollIntoView() // focus alone shows the middle of what is taller than the window
    } else setTimeout(() => say(open.getAttribute('aria-label')), 200)
  }

  const told = (answer, asked) => {
    say(answer.state !== 'locked' || asked ? answer.error.message : '')
    if (answer.state === 'pending') setTimeout(load, 4000 * ++times)
  }

  const load = asked => {
    if (busy || open) return
    busy = true
    lost = false
    wall.setAttribute('aria-busy', 'true')
    say(link.textContent + ' …')
    fetch(link.getAttribute('href').replace('page', 'read'), {
      credentials: 'same-origin',
      headers: { Accept: 'application/json' }
    }).then(answer => answer.text()).then(text => {
      if (text.indexOf('id="ink-premium"') > 0) show(text, asked)
      else told(JSON.parse(text), asked)
    }).catch(() => {
      lost = true
      say(note.getAttribute('data-lost'))
    }).then(() => {
      busy = false
      wall.removeAttribute('aria-busy')
    })
  }

  link.addEventListener('click', event => {
    if (!known() || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    load(true)
  })
  addEventListener('online', () => { if (lost) load() })
  // Back, by the browser's own button, from where the reader signed in, or out.
  addEventListener('pageshow', event => {
    if (event.persisted && open && !known()) location.reload()
    else if (event.persisted && known()) load()
  })
  if (known()) load()
})()
