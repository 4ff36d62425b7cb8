// The API's description, drawn by Swagger UI from this server's own document; nothing is fetched from elsewhere.
SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('api'),
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'none',
});
