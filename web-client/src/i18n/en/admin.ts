/** What the admin page says. */
export default {
  title: 'Administration',
  toDesk: 'Back to the desk',
  link: 'Import and export incidents',
  barred:
    'Your role ({role}) has nothing to manage here. Members, organisations, stations and grids are kept by the system admin; incidents are imported by dispatchers and duty chiefs of the police.',
  barredTable:
    'Incidents are seen and imported by dispatchers and duty chiefs of the police; the system admin takes no part in police work.',
  tables: {
    label: 'What is managed',
    members: 'Members',
    organisations: 'Organisations',
    stations: 'Stations',
    grids: 'Micro-grids',
    incidents: 'Incidents',
  },
  columns: {
    person: 'Name',
    name: 'Name',
    force: 'Force',
    role: 'Role',
    org: 'Organisation',
    team: 'Team',
    grid: 'Micro-grid',
    id: 'Id',
    orgKind: 'Kind',
    grids: 'Micro-grids',
    stationKind: 'Kind',
    place: 'Longitude, latitude',
    code: 'Code',
    gridKind: 'Kind',
    area: 'Area',
    version: 'Version',
    number: 'Number',
    kind: 'Kind',
    state: 'State',
    level: 'Level',
    observed: 'Seen at',
  },
  orgKind: {
    village: 'Village',
    police: 'Police',
    park: 'Park',
    company: 'Company',
    community: 'Community',
  },
  search: {
    members: 'Find by name',
    organisations: 'Find by name, kind or id',
    stations: 'Find by name, kind or grid',
    grids: 'Find by code, name or area',
    from: 'Seen from',
    to: 'to',
  },
  table: {
    reload: 'Read again',
    none: 'Nothing matches.',
    range: '{from}–{to}',
    rangeOf: '{from}–{to} of {total}',
    back: 'Previous page',
    forward: 'Next page',
    unread: 'The list could not be read. What is shown is still there.',
  },
  empty: {
    members:
      'No members yet. Press “Import…” and choose a CSV or Excel file with the columns name, organisation and force.',
    organisations:
      'No organisations yet. Press “Import…” and choose a CSV or Excel file with the columns name and kind.',
    stations:
      'No stations yet. Press “Import…” and choose a CSV, Excel or GeoJSON file with name, kind and coordinates.',
    grids:
      'No micro-grids yet. Press “Import…” and choose a GeoJSON file whose areas have a property code.',
    incidents:
      'No incidents yet. They appear here once somebody reports; past ones come from a CSV or Excel file by “Import…”.',
  },
  exports: {
    label: 'Export all',
    csv: 'Export CSV',
    xlsx: 'Export Excel',
    geojson: 'Export GeoJSON',
    done: 'Exported {file}',
    failed: 'The export failed; no file was saved.',
  },
}
