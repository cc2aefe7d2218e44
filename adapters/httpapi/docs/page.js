'use strict';

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  // Else it would send the address of this service to a validator of its makers.
  validatorUrl: null,
  // A token is gone when its tab is.
  persistAuthorization: false,
  // What stands in the address of the page decides nothing: anybody can make a link.
  queryConfigEnabled: false,
  deepLinking: true,
  displayRequestDuration: true,
});
