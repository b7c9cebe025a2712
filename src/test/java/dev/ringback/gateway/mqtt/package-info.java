@NullMarked
package dev.ringback.gateway.mqtt;

import org.jspecify.annotations.NullMarked;
