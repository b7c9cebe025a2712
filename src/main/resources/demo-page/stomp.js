// The one place that names the version of the WebJar: it must match stompjs.version in pom.xml.
export { Client } from '/webjars/stomp__stompjs/7.2.1/esm6/index.js';
