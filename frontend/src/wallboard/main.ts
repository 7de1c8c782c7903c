import 'vite/modulepreload-polyfill'

import { createApp } from 'vue'

import App from './App.vue'
import './wallboard.css'

const boot = JSON.parse(document.getElementById('boot')?.textContent ?? 'null')
createApp(App, { boot }).mount('#app')
