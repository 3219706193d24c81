/** The nodes of the installation, as the system administrator asks for them. */
import { client, said } from './ask'
import type { components } from './schema'

export type Nodes = components['schemas']['Nodes']
export type NodeRow = components['schemas']['NodeRow']

export const getNodes = () => said(client.GET('/api/nodes'))
