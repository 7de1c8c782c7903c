/* Django admin's pages: its own style sheet first, then ours over it. */

import 'vite/modulepreload-polyfill'

import './admin.css'
