/** What the page in the browser has to know of the API as values. Imports nothing, so that the page loads nothing else. */

/** Where calls, streams and tasks are served, each by its name. */
export const API_PREFIX = '/v1/'
/** Logs a browser in: not a call, as it needs no session yet. The secret of a link is its authorization. */
export const LOGIN_PATH = `${API_PREFIX}page.login`
/** Ends the session that asks for it. */
export const LOGOUT_PATH = `${API_PREFIX}page.logout`
/** Takes the bytes of a file: not a call, as it takes no JSON. `room` and `name` are in the query. */
export const UPLOAD_PATH = `${API_PREFIX}page.upload`
/** Where a link of `files.link` leads, with its secret behind it. */
export const FILE_PATH = `${API_PREFIX}page.file/`
/** How a secret stands in the fragment of a link, and in the Authorization header of a login. */
export const LINK_FRAGMENT = '#link='
export const LINK_SCHEME = 'Link'
/** The header with the half of a session that only the page of this address can read. */
export const PAGE_HEADER = 'x-kith-page'

/** In front of the list of what is in a folder that a page sends: its length, as an unsigned integer, the highest byte first. */
export const LIST_LENGTH_BYTES = 4
