/** The parts of Element Plus that the desk uses, each with its own style; a phone fetches none. */
import 'element-plus/theme-chalk/dark/css-vars.css'
import 'element-plus/es/components/dialog/style/css'
import 'element-plus/es/components/dropdown/style/css'
import 'element-plus/es/components/dropdown-item/style/css'
import 'element-plus/es/components/dropdown-menu/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/option-group/style/css'
import 'element-plus/es/components/select/style/css'
import './elements.css'

export { ElDialog } from 'element-plus'
export { ElDropdown, ElDropdownItem, ElDropdownMenu } from 'element-plus'
export { ElOption, ElOptionGroup, ElSelect } from 'element-plus'
