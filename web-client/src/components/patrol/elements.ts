/** The part of Vant that the phone uses, with its own style and without its icon font. */
import 'vant/es/style/base.css'
import 'vant/es/overlay/index.css'
import 'vant/es/popup/index.css'

export { Popup } from 'vant'
