import 'vite/modulepreload-polyfill'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import './desk.css'
import { controllerKey, createController } from './controller'
import DeskPage from './DeskPage.vue'
import type { Boot } from './types'

const boot = JSON.parse(document.getElementById('boot')!.textContent) as Boot
const app = createApp(DeskPage)
app.use(createPinia())
const controller = createController(boot)
app.provide(controllerKey, controller)
app.mount('#app')
controller.begin()
