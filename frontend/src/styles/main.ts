/* Every page loads this entry: the looks, and the few behaviours of plain pages. */

import 'vite/modulepreload-polyfill'

import './tokens.css'
import './base.css'
import './frame.css'
import './controls.css'
import './parts.css'
import './faces.css'
import './showcase.css'
import './print.css'

import { startPage } from '@/shared/page'

startPage()
