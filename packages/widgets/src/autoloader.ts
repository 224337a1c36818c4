/** Registers every element. What a page loads with one `<script type="module">`. */
import './elements/session/register.ts';
import './elements/kpis/register.ts';
import './elements/players-table/register.ts';
import './elements/player-card/register.ts';
import './elements/cluster-explorer/register.ts';
import './elements/cluster-workbench/register.ts';
import './elements/segments/register.ts';
import './elements/live-feed/register.ts';
