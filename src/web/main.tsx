/** The page: logs in, follows the node, and shows what it is told. */
import { render } from 'preact'
import { App } from './app.tsx'
import { enter } from './connection/session.ts'
import { startFiles } from './state/files.ts'
import { followNode } from './state/follow.ts'
import { startNotifications } from './state/notifications.ts'
import { startOutbox } from './state/outbox.ts'
import { applyTheme } from './state/theme.ts'
import { startUploads } from './state/uploads.ts'

applyTheme()
startOutbox()
startUploads()
startFiles()
startNotifications()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
void enter().then(followNode)
