/** The page: logs in, follows the node, and shows what it is told. */
import { render } from 'preact'
import { App } from './app.tsx'
import { keepPage } from './connection/offline.ts'
import { isForGuests } from './connection/served-for.ts'
import { enter } from './connection/session.ts'
import { startFiles } from './state/files.ts'
import { applyLanguage } from './language/language.ts'
import { followNode } from './state/follow.ts'
import { startGuestReading } from './state/guest-reading.ts'
import { startNotifications } from './state/notifications.ts'
import { startOutbox } from './state/outbox.ts'
import { startSelf } from './state/self.ts'
import { applyTheme } from './state/theme.ts'
import { startThreads } from './state/threads.ts'
import { startUploads } from './state/uploads.ts'

applyTheme()
applyLanguage()
startSelf()
startOutbox()
startUploads()
startFiles()
startNotifications()
startThreads()
if (isForGuests) startGuestReading()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
void enter().then(followNode).then(keepPage)
