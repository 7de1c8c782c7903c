import 'vite/modulepreload-polyfill'
